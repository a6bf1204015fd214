// Times in seconds on an axis; two data sets of 100 s and 20 s, recorded years apart.
import { expect, test } from 'vitest';
import { planReplay, type Pace } from './plan-replay.ts';
import { paperDevice, paperSet } from './recorded-fleet.fixture.ts';

const s = 1000;
const old = paperSet('old', [paperDevice('o1', 1000 * s, 1100 * s), paperDevice('o2', 1040 * s, 1060 * s)]);
const recent = paperSet('recent', [paperDevice('r1', 9000 * s, 9020 * s)]);

function startsOf(pace: Pace, nowS: number | null): Record<string, number> {
  const { devices } = planReplay([old, recent], pace, nowS === null ? null : nowS * s);
  return Object.fromEntries(devices.map(({ device, startMs }) => [device.id, startMs / s]));
}

test('times stay as they were recorded', () => {
  // o1   1000|=========================|1100
  // o2          1040|=====|1060
  // r1                                          9000|=====|9020
  expect(startsOf({ speed: 1 }, null)).toEqual({ o1: 1000, o2: 1040, r1: 9000 });
  expect(planReplay([old, recent], { speed: 1 }, null)).toMatchObject({ firstMs: 1000 * s, lastMs: 9020 * s });
});

test('moved to now, played as it happened: every set begins now', () => {
  // now  50000|=========================| o1
  //           |         |=====| o2
  //           |=====| r1
  expect(startsOf({ speed: 1 }, 50_000)).toEqual({ o1: 50_000, o2: 50_040, r1: 50_000 });
});

test('moved to now, played faster: no event time gets ahead of the clock', () => {
  // at 4x the longest takes 25 s: it begins 75 s before now and ends when the clock is there
  //     49925|=================|50000 now ......|50025
  expect(startsOf({ speed: 4 }, 50_000)).toEqual({ o1: 49_925, o2: 49_965, r1: 49_925 });
  expect(startsOf({ durationMs: 25 * s }, 50_000)).toEqual(startsOf({ speed: 4 }, 50_000));
});

test('moved to now, as fast as possible: all of it is over by now', () => {
  const { lastMs } = planReplay([old, recent], { speed: Infinity }, 50_000 * s);
  expect(lastMs).toBe(50_000 * s);
});

test('played slower than it happened it begins now', () => {
  expect(startsOf({ speed: 0.5 }, 50_000).o1).toBe(50_000);
});
