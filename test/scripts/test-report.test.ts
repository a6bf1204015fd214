import { describe, expect, test } from 'vitest';
import { closingLine, summarise } from '../../scripts/test-report.mjs';

const file = (name: string, assertionResults: { fullName: string; status: string }[], status = 'passed', message = '') => ({
  name,
  status,
  message,
  assertionResults,
});
const kafkaSkipped = { fullName: 'log port, kafka (skipped: KAFKA_BROKERS is not set) keeps order', status: 'skipped' };

describe('the report of a test run', () => {
  test('counts, and names what was skipped with its reason', () => {
    const report = { testResults: [file('a', [{ fullName: 'adds', status: 'passed' }, kafkaSkipped])] };
    const summary = summarise(report, { exitCode: 0, serversAreRequired: false });
    expect(summary.skipped).toEqual([{ name: 'log port, kafka keeps order', reason: 'KAFKA_BROKERS is not set' }]);
    expect(closingLine(summary)).toBe('1 passed, 0 failed, 1 skipped');
  });

  test('names each test that failed, with the first line of why', () => {
    const failed = {
      fullName: 'seeds hold',
      status: 'failed',
      failureMessages: ['expected [ "seed 7" ] to equal []\n  at line 3'],
    };
    const summary = summarise({ testResults: [file('a', [failed], 'failed')] }, { exitCode: 1, serversAreRequired: false });
    expect(summary).toMatchObject({ failures: ['seeds hold: expected [ "seed 7" ] to equal []'], problems: [], failed: 1 });
  });

  test('takes a skip for want of a server as a failure where servers are required', () => {
    const report = { testResults: [file('a', [kafkaSkipped, { fullName: 'later', status: 'todo' }])] };
    expect(closingLine(summarise(report, { exitCode: 0, serversAreRequired: true }))).toBe('0 passed, 1 failed, 1 skipped');
  });

  test('counts a file that could not be loaded, and a vitest that failed for no test', () => {
    const broken = { testResults: [file('b', [], 'failed', 'SyntaxError')] };
    expect(summarise(broken, { exitCode: 1, serversAreRequired: false })).toMatchObject({
      failed: 1,
      problems: ['b: SyntaxError'],
    });
    const unhandled = { testResults: [file('a', [{ fullName: 'adds', status: 'passed' }])] };
    expect(closingLine(summarise(unhandled, { exitCode: 1, serversAreRequired: false }))).toBe('1 passed, 1 failed');
  });
});
