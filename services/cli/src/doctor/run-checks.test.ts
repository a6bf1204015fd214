import { expect, test } from 'vitest';
import { ok } from './finding.ts';
import { runChecks, within } from './run-checks.ts';

const never = () => new Promise<never>(() => undefined);

test('findings come in the order of the checks, whichever ends first', async () => {
  const slow = {
    name: 'slow',
    run: async (report: (finding: ReturnType<typeof ok>) => void) => within(1000, async () => report(ok('slow', 'a'))),
  };
  const findings = await runChecks([slow, { name: 'quick', run: async (report) => report(ok('quick', 'b')) }], 1000);
  expect(findings.map(({ check }) => check)).toEqual(['slow', 'quick']);
});

test('a check that never ends is a failure, and keeps what it said before', async () => {
  const hangs = {
    name: 'hangs',
    async run(report: (finding: ReturnType<typeof ok>) => void) {
      report(ok('hangs', 'half of it'));
      await never();
    },
  };
  const findings = await runChecks([hangs], 30);
  expect(findings).toMatchObject([
    { level: 'ok', found: 'half of it' },
    { check: 'hangs', level: 'fail', found: 'no end within 30 ms' },
  ]);
});

test('a check that throws is a failure with its message', async () => {
  const throws = { name: 'throws', run: async () => Promise.reject(new Error('no such host')) };
  expect(await runChecks([throws], 1000)).toMatchObject([{ check: 'throws', level: 'fail', found: 'no such host' }]);
});

test('work that ends in time gives its result', async () => {
  expect(await within(1000, async () => 7)).toBe(7);
  await expect(within(10, never)).rejects.toThrow('no end within 10 ms');
});
