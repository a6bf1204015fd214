import { describe, expect, test } from 'vitest';
import { judgeClocks, judgeKeys, judgeReadings } from './judge-telemetry.ts';
import { refused, taken } from './sampled.fixture.ts';

describe('readings', () => {
  test('that are taken are told by class', () => {
    const sampled = [taken({ device: 'p1' }), taken({ device: 'p1' }), taken({ device: 'p2' })];
    expect(judgeReadings(sampled)).toEqual([
      {
        check: 'telemetry',
        level: 'ok',
        found: '3 records of the newest 3 would be taken: pump (2 devices, 2 channels, 4 Hz)',
        advice: null,
      },
    ]);
  });

  test('a few that are refused are a warning with the first message, one per reason', () => {
    const sampled = [
      taken({}),
      taken({}),
      taken({}),
      refused('not_finite', 'sample 3 is NaN'),
      refused('wrong_rate', 'rateHz is 5'),
    ];
    expect(judgeReadings(sampled).map(({ level, advice }) => [level, advice])).toEqual([
      ['ok', null],
      ['warn', 'sample 3 is NaN'],
      ['warn', 'rateHz is 5'],
    ]);
  });

  test('half of them refused is a failure', () => {
    expect(judgeReadings([taken({}), refused('unknown_class', 'x')]).at(-1)).toMatchObject({ level: 'fail' });
  });
});

describe('keys', () => {
  // Two partitions; murmur2 puts every key into 0 and CRC32 into 1, as far as this test goes.
  const partitioners = { partitionFor: () => 0, crcPartitionFor: () => 1 };

  test('are as they should be', () => {
    expect(judgeKeys([taken({ device: 'p1' }), taken({ device: 'p2' })], partitioners)).toMatchObject([{ level: 'ok' }]);
  });

  test('a device in two partitions is a failure', () => {
    const sampled = [taken({ partition: 0 }), taken({ partition: 1 }), taken({ device: 'p2' })];
    const [finding] = judgeKeys(sampled, partitioners);
    expect(finding).toMatchObject({ level: 'fail', found: '1 device in several partitions, e.g. p1 in 0 and 1' });
  });

  test('records without a key, or with another, are a warning', () => {
    const sampled = [taken({ key: null }), taken({ device: 'p2', key: 'site-4' }), taken({ device: 'p3' })];
    expect(judgeKeys(sampled, partitioners)).toMatchObject([
      { level: 'warn', found: '2 records of 3 not keyed by the device id' },
    ]);
  });

  test('CRC32 is recognised', () => {
    const [finding] = judgeKeys([taken({ partition: 1 })], partitioners);
    expect(finding).toMatchObject({
      level: 'warn',
      found: expect.stringContaining('CRC32'),
      advice: expect.stringContaining('murmur2_random'),
    });
  });

  test('another partitioner is not taken for CRC32', () => {
    const [finding] = judgeKeys([taken({ partition: 2 })], partitioners);
    expect(finding).toMatchObject({ level: 'warn', found: expect.not.stringContaining('CRC32') });
  });
});

describe('clocks', () => {
  const nowMs = 1_000_000;

  test('agree', () => {
    expect(judgeClocks([taken({ timestampMs: nowMs - 2000, eventEndMs: nowMs - 3000 })], nowMs)).toMatchObject([
      { level: 'ok', found: 'the newest record came 2.0 s ago, its event time 1.0 s before' },
    ]);
  });

  test.each([
    ['a log ahead of us', taken({ timestampMs: nowMs + 12_000 }), /12.0 s ahead of this machine/],
    ['silence', taken({ timestampMs: nowMs - 3_600_000 * 3 - 1 }), /came 3 h 0 min ago/],
    ['a device ahead of the log', taken({ timestampMs: nowMs, eventEndMs: nowMs + 8000 }), /p1 is 8.0 s ahead of the log/],
  ])('%s is a warning', (_, sampled, found) => {
    expect(judgeClocks([sampled], nowMs)).toMatchObject([{ level: 'warn', found: expect.stringMatching(found) }]);
  });

  test('recorded data of long ago are nothing to worry about', () => {
    expect(judgeClocks([taken({ timestampMs: nowMs, eventEndMs: nowMs - 86_400_000 * 400 })], nowMs)).toMatchObject([
      { level: 'ok' },
    ]);
  });
});
