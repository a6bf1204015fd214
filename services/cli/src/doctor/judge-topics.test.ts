// Offsets of a topic: [start, end) is in the log.
import { describe, expect, test } from 'vitest';
import type { TopicInfo } from '@tocsin/transport';
import { judgeTopics } from './judge-topics.ts';

function topic(
  name: string,
  bounds: [number, number][],
  compacted: boolean | null = false,
  stamped: boolean | null = null,
): TopicInfo {
  return {
    name,
    partitions: bounds.map(([startOffset, endOffset], partition) => ({ partition, startOffset, endOffset })),
    compacted,
    stamped,
  };
}

describe('topics', () => {
  const judged = (info: TopicInfo | null) => judgeTopics([{ name: info?.name ?? 'absent', info }], 'models', ['telemetry'])[0];

  test('are told with what is on them', () => {
    expect(
      judged(
        topic('telemetry', [
          [5, 10],
          [0, 2],
        ]),
      ),
    ).toMatchObject({ level: 'ok', found: '2 partitions, 7 records' });
    expect(judged(topic('models', [[0, 1]], true))).toMatchObject({ level: 'ok', found: '1 partition, 1 record, compacted' });
  });

  test('missing ones are one warning', () => {
    const findings = judgeTopics(
      [
        { name: 'a', info: null },
        { name: 'b', info: topic('b', [[0, 0]]) },
        { name: 'c', info: null },
      ],
      'models',
      [],
    );
    expect(findings.map(({ level, found }) => [level, found])).toEqual([
      ['ok', '1 partition, 0 records'],
      ['warn', 'not there yet: a, c'],
    ]);
  });

  test('only that of the models is to be compacted', () => {
    expect(judged(topic('models', [[0, 1]], false))).toMatchObject({ level: 'warn', advice: expect.stringContaining('compact') });
    expect(judged(topic('telemetry', [[0, 1]], true))).toMatchObject({
      level: 'warn',
      advice: expect.stringContaining('delete'),
    });
    expect(judged(topic('models', [[0, 1]], null))).toMatchObject({ level: 'ok' });
  });
});

test('telemetry is to have the time of the broker', () => {
  const judged = (name: string, stamped: boolean | null) =>
    judgeTopics([{ name, info: topic(name, [[0, 1]], false, stamped) }], 'models', ['telemetry'])[0];
  expect(judged('telemetry', false)).toMatchObject({ level: 'warn', advice: expect.stringContaining('LogAppendTime') });
  expect([judged('telemetry', true), judged('telemetry', null), judged('windows', false)]).toMatchObject(
    Array.from({ length: 3 }, () => ({ level: 'ok' })),
  );
});
