import { expect, test } from 'vitest';
import { parseDeviceClass } from '@tocsin/config';
import { judgeFrontiers } from './judge-frontiers.ts';
import type { SampledRecord } from './judge-telemetry.ts';
import { refused, taken } from './sampled.fixture.ts';

// Windows of 32 samples at 4 Hz: 8 s.
const classes = { pump: parseDeviceClass('pump', { channels: ['a', 'b'], rateHz: 4 }) };
const judge = (sampled: readonly SampledRecord[], frontiers: Record<string, number>) =>
  judgeFrontiers(sampled, new Map(Object.entries(frontiers)), classes);

/** Records of one device that end at these seconds, in the order of the log. */
const sent = (device: string, ...seconds: number[]): SampledRecord[] =>
  seconds.map((second, offset) => {
    const sampled = taken({ device, eventEndMs: second * 1000 });
    return { ...sampled, record: { ...sampled.record, offset } };
  });

test('devices that go on from what was scored are well, records behind a newer one are late at most', () => {
  expect(judge([...sent('p1', 100, 20, 101), ...sent('p2', 5)], { p1: 99_000 })).toEqual([
    { check: 'frontier', level: 'ok', found: 'the newest records of 1 device go on from what was scored', advice: null },
  ]);
});

//   frontier of p1           |100
//   p1    ... 102  40 41 42
test('a device whose newest records lie before its frontier is told with their share', () => {
  const [finding] = judge([...sent('p1', 102, 40, 41, 42), ...sent('p2', 300), ...sent('p3', 1)], { p1: 100_000, p2: 290_000 });
  expect(finding).toMatchObject({
    level: 'warn',
    found: 'telemetry: 3 of the newest 5 records (1 of 2 devices) lie before what was scored of their device, e.g. p1 by 58.0 s',
    advice: expect.stringContaining('suppressed'),
  });
});

test('the end of a window cut short by silence is no frontier to be behind of', () => {
  expect(judge(sent('p1', 99, 100), { p1: 107_000 })).toMatchObject([{ level: 'ok' }]);
  expect(judge(sent('p1', 99, 100), { p1: 109_000 })).toMatchObject([{ level: 'warn' }]);
});

test('nothing is said where nothing is known', () => {
  expect(judge([...sent('p1', 1), refused('not_finite', 'x')], {})).toEqual([]);
});
