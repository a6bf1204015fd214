import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chanceOf, compareAlarms, type DeviceAlarms } from './alarm-rates.ts';

const plan = { windows: 50, devices: 3, riseMax: 0.01, expected: 0 };
const device = (before: number, after: number, windows = 50): DeviceAlarms => ({
  before: { windows: 100, over: 100 * before },
  after: { windows, over: Math.round(windows * after) },
});
const some = (count: number, before: number, after: number) => Array.from({ length: count }, () => device(before, after));

const anyDevice = fc
  .record({ windows: fc.integer({ min: 10, max: 200 }), percent: fc.integer({ min: 0, max: 100 }) })
  .map(({ windows, percent }) => ({ windows, over: Math.round((windows * percent) / 100) }));
const anyFleet = fc.array(fc.record({ before: anyDevice, after: anyDevice }), { maxLength: 40 });

test.each([
  ['nothing has changed', some(5, 0.01, 0.01), some(45, 0.01, 0.01), false],
  ['all that tried it alarm all the time', some(5, 0.01, 1), some(45, 0.01, 0.01), true],
  ['three tried it, all alarm more often', [0.1, 0.3, 0.5].map((after) => device(0, after)), some(27, 0, 0), true],
  ['one of those that tried it breaks', [device(0, 1), ...some(4, 0, 0)], some(45, 0, 0), false],
  ['two of five that tried it, and none of the others', [...some(2, 0, 0.5), ...some(3, 0, 0)], some(45, 0, 0), true],
  ['everything alarms, whatever it is scored under', some(5, 0.01, 0.6), some(45, 0.01, 0.6), false],
  ['it alarms less often', some(5, 0.3, 0), some(45, 0.3, 0.3), false],
  ['nobody kept what was in use, a quarter rises', [...some(3, 0, 0.4), ...some(9, 0, 0)], [], true],
  ['nobody kept what was in use, one rises', [device(0, 1), ...some(9, 0, 0)], [], false],
])('%s', (_, tried, others, isJump) => {
  expect(compareAlarms(tried, others, plan)).toMatchObject({ isEnough: true, isJump });
});

//                                     tried                            others                   left aside
test.each([
  [
    'two of three rise, one of the others, too',
    [...some(2, 0, 0.44), device(0, 0)],
    [device(0, 0.23), ...some(8, 0, 0)],
    'unclear',
    0,
  ],
  ['one of three rises', [device(0, 0.5), ...some(2, 0, 0)], some(9, 0, 0), 'unclear', 0],
  [
    'one of three, and as many of the others',
    [device(0, 0.5), ...some(2, 0, 0)],
    [...some(3, 0, 0.5), ...some(6, 0, 0)],
    'calm',
    0,
  ],
  ['one of twelve breaks', [device(0, 1), ...some(11, 0, 0)], some(45, 0, 0), 'calm', 1],
  [
    'two of twelve, and some of the others',
    [...some(2, 0, 1), ...some(10, 0, 0)],
    [...some(3, 0, 1), ...some(42, 0, 0)],
    'unclear',
    1,
  ],
  ['all rise by what is tolerated', some(3, 0.01, 0.02), some(9, 0.01, 0.01), 'calm', 0],
  ['all rise by a little more', some(3, 0, 0.02), some(9, 0, 0), 'unclear', 0],
])('%s', (_, tried, others, expected, aside) => {
  const verdict = compareAlarms(tried, others, plan);
  expect(verdict.isJump ? 'jump' : verdict.isCalm ? 'calm' : 'unclear').toBe(expected);
  expect(verdict.aside).toBe(aside);
  if (verdict.isCalm) expect(verdict.rise).toBeLessThanOrEqual(plan.riseMax);
});

test('what the budget of the class expects is no jump, however quiet it was before', () => {
  const quietBefore = [...some(6, 0, 0.08), ...some(4, 0, 0)];
  expect(compareAlarms(quietBefore, some(40, 0, 0), plan).isJump).toBe(true);
  expect(compareAlarms(quietBefore, some(40, 0, 0), { ...plan, expected: 0.05 }).isJump).toBe(false);
  expect(compareAlarms(some(10, 0, 0.3), some(40, 0, 0), { ...plan, expected: 0.05 }).isJump).toBe(true);
});

test('enough is enough windows of enough devices, each with some from before', () => {
  expect(compareAlarms([...some(2, 0, 0), device(0, 0, 49)], [], plan)).toMatchObject({ isEnough: false });
  const newcomer = { before: { windows: 0, over: 0 }, after: { windows: 80, over: 0 } };
  expect(compareAlarms([...some(2, 0, 0), newcomer], [], plan)).toMatchObject({
    isEnough: false,
    figures: { tried: { devices: 2 } },
  });
  expect(compareAlarms([newcomer], [], plan)).toMatchObject({ figures: null, isEnough: false, isJump: false, isCalm: false });
});

test('a jump shows before there is enough for calm', () => {
  const few = Array.from({ length: 3 }, () => device(0, 1, 10));
  expect(compareAlarms(few, some(20, 0, 0), plan)).toMatchObject({ isEnough: false, isJump: true });
});

test('whoever is asked first, the answer is the same; and what stays as it was, or falls, is never a jump', () => {
  fc.assert(
    fc.property(anyFleet, anyFleet, (tried, others) => {
      const verdict = compareAlarms(tried, others, plan);
      const turned = compareAlarms(tried.toReversed(), others.toReversed(), plan);
      expect([turned.isEnough, turned.isJump]).toEqual([verdict.isEnough, verdict.isJump]);
      const still = tried.map(({ before }) => ({ before, after: before }));
      const quiet = others.map(({ before }) => ({ before, after: before }));
      expect(compareAlarms(still, quiet, plan).isJump).toBe(false);
      const calmer = tried.map(({ before }) => ({ before, after: { ...before, over: 0 } }));
      expect(compareAlarms(calmer, quiet, plan).isJump).toBe(false);
    }),
    { seed: 1 },
  );
});

test('two groups that differ in nothing but their name differ in nothing: a jump in both is none', () => {
  fc.assert(
    fc.property(anyFleet, (fleet) => {
      fc.pre(fleet.length >= 2);
      expect(compareAlarms(fleet, fleet, plan).isJump).toBe(false);
    }),
    { seed: 1 },
  );
});

test('more that alarm under the candidate never make a jump into none', () => {
  let jumps = 0;
  const quiet = anyDevice.map((each) => ({ ...each, over: 0 }));
  const risen = fc.array(fc.record({ before: quiet, after: anyDevice }), { minLength: 1, maxLength: 40 });
  const still = fc.array(fc.record({ before: quiet, after: quiet }), { maxLength: 40 });
  fc.assert(
    fc.property(risen, still, fc.nat(39), (tried, others, at) => {
      if (!compareAlarms(tried, others, plan).isJump) return;
      jumps += 1;
      const worse = tried.map((one, i) =>
        i === at % tried.length ? { ...one, after: { ...one.after, over: one.after.windows } } : one,
      );
      expect(compareAlarms(worse, others, plan).isJump).toBe(true);
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(jumps).toBeGreaterThan(100);
});

test("Fisher's exact test: the lady who tasted tea, and a certainty", () => {
  expect(chanceOf({ devices: 4, risen: 4 }, { devices: 4, risen: 0 })).toBeCloseTo(1 / 70, 12);
  expect(chanceOf({ devices: 4, risen: 3 }, { devices: 4, risen: 1 })).toBeCloseTo(17 / 70, 12);
  expect(chanceOf({ devices: 3, risen: 0 }, { devices: 9, risen: 2 })).toBeCloseTo(1, 12);
});
