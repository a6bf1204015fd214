import * as fc from 'fast-check';
import type { Calibration, DeviceClass, RaisePlan } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { mostShare } from './count-openings.ts';
import { budgetOf, openingsAt, shareForOpenings, windowsPerDay } from './false-alarm-budget.ts';
import { quietWatch, raiseAndClear } from './raise-and-clear.ts';
import { scoresAlong } from './scores-along.ts';
import { thresholdAt } from './threshold.ts';

const plan: RaisePlan = { raiseCount: 3, raiseOf: 5, clearCount: 5 };

/** Scores that remember: x <- r x + sqrt(1 - r^2) e, seeded, standard normal. */
function remembering(seed: number, n: number, r: number): Float64Array {
  let state = seed;
  const normal = (): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += (state = (state * 48271) % 2147483647) / 2147483647;
    return sum;
  };
  let x = normal();
  return Float64Array.from({ length: n }, () => (x = r * x + Math.sqrt(1 - r * r) * normal()));
}

function fleetOf(devices: number, windows: number, r: number): Calibration {
  const scores = Array.from({ length: devices }, (_, i) => ({
    shots: 10,
    deviceId: `d${i}`,
    scores: remembering(i + 1, windows, r),
  }));
  return calibrate(scores, plan);
}

/** One window a minute. */
const classWith = (falseAlarmsPerDay: number): Pick<DeviceClass, 'decision' | 'window' | 'rateHz'> => ({
  decision: { ...plan, falseAlarmsPerDay, falseAlarmRate: null, alertFrom: 10 },
  window: { samples: 60, hop: 60, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
  rateHz: 1,
});

/** Alerts a day on devices that took no part, with everything as on the live path. */
function achieved(calibration: Calibration, falseAlarmRate: number, r: number): number {
  const windows = 20_000;
  const devices = 8;
  let opened = 0;
  for (let i = 0; i < devices; i++) {
    const scores = remembering(1000 + i, windows, r);
    const { thresholds } = scoresAlong(calibration, 10, falseAlarmRate, scores);
    let watch = quietWatch;
    scores.forEach((score, at) => {
      const next = raiseAndClear(watch, score > thresholds[at], plan);
      if (next.isOpen && !watch.isOpen) opened += 1;
      watch = next;
    });
  }
  return (opened / (devices * windows)) * windowsPerDay(60, 1);
}

describe('scores that resemble the ones before them', () => {
  test.each([
    [0, 0.5],
    [0, 0.7],
    [0.5, 0.5],
    [0.5, 2],
    [0.8, 0.5],
    [0.8, 3],
    [0.95, 0.5],
    [0.95, 4],
  ])('correlation %f: a budget of %f a day is met within a factor of two', (r, perDay) => {
    const calibration = fleetOf(20, 1500, r);
    const { falseAlarmRate } = budgetOf(calibration, 10, classWith(perDay));
    expect(falseAlarmRate).toBeLessThan(mostShare);
    const got = achieved(calibration, falseAlarmRate, r);
    expect(got).toBeGreaterThan(perDay / 2);
    expect(got).toBeLessThan(perDay * 2);
  });

  test('the more they do, the fewer windows may be over the threshold', () => {
    const shares = [0, 0.5, 0.8].map((r) => budgetOf(fleetOf(20, 1500, r), 10, classWith(2)).falseAlarmRate);
    expect(shares[1]).toBeLessThan(shares[0]);
    expect(shares[2]).toBeLessThan(shares[1]);
  });
});

describe('for any fleet', () => {
  const calibrations = fc
    .record({
      devices: fc.integer({ min: 1, max: 4 }),
      windows: fc.integer({ min: 20, max: 300 }),
      r: fc.constantFrom(0, 0.6, 0.9),
    })
    .map(({ devices, windows, r }) => fleetOf(devices, windows, r));
  const rates = fc.double({ min: Math.log(1e-7), max: Math.log(0.1), noNaN: true }).map(Math.exp);

  test('share and openings undo each other below the largest share, and rise together', () => {
    fc.assert(
      fc.property(calibrations, rates, fc.double({ min: 1, max: 50, noNaN: true }), (calibration, openings, factor) => {
        const share = shareForOpenings(calibration, 10, plan, openings);
        if (share < mostShare && share > 1e-8) {
          expect(Math.abs(Math.log(openingsAt(calibration, 10, plan, share) / openings))).toBeLessThan(1e-6);
        } else expect(openingsAt(calibration, 10, plan, share)).toBeLessThanOrEqual(Math.max(openings, 1e-7) * (1 + 1e-6));
        expect(shareForOpenings(calibration, 10, plan, openings * factor)).toBeGreaterThanOrEqual(share * (1 - 1e-9));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('half the budget, no lower threshold', () => {
    fc.assert(
      fc.property(calibrations, fc.double({ min: 0.01, max: 100, noNaN: true }), (calibration, perDay) => {
        const [whole, half] = [perDay, perDay / 2].map((each) => budgetOf(calibration, 10, classWith(each)).falseAlarmRate);
        expect(thresholdAt(calibration, 10, half)).toBeGreaterThanOrEqual(thresholdAt(calibration, 10, whole) - 1e-9);
      }),
      { seed: 1, numRuns: 40 },
    );
  });
});

describe('what a budget rests on', () => {
  test('is provisional from few devices, and below every rate that was counted', () => {
    const many = fleetOf(12, 1000, 0.8);
    expect(budgetOf(many, 10, classWith(20)).isProvisional).toBe(false);
    expect(budgetOf(many, 10, classWith(0.01)).isProvisional).toBe(true);
    expect(budgetOf(fleetOf(9, 1000, 0.8), 10, classWith(20)).isProvisional).toBe(true);
  });

  test('without a count for this raise plan, alerts become fewer half way between as slowly and as fast as they can', () => {
    const counted = fleetOf(12, 1000, 0);
    const { openings: _, ...old } = counted;
    const twoOfThree = { raiseCount: 2, raiseOf: 3, clearCount: 1 };
    // At a share of .05 one window in 60 opens an alert of three; at a tenth of that one in 6,000, not in 600 or 60,000.
    expect(shareForOpenings(old, 10, plan, 1 / 6000)).toBeCloseTo(0.005, 9);
    expect(shareForOpenings(counted, 10, twoOfThree, 0.05 / 2 / 10 ** 1.5)).toBeCloseTo(0.005, 9);
    expect(budgetOf(old, 10, classWith(1)).isProvisional).toBe(true);
  });

  test('a count holds where it is as hard to close or harder, since alerts then open no more often', () => {
    const counted = fleetOf(12, 1000, 0);
    const harder = { ...plan, clearFactor: 10 };
    expect(openingsAt(counted, 10, harder, 0.02)).toBe(openingsAt(counted, 10, plan, 0.02));
    const countedHarder = { ...counted, openings: { ...counted.openings!, clearFactor: 10 } };
    expect(openingsAt(countedHarder, 10, harder, 0.02)).toBe(openingsAt(counted, 10, plan, 0.02));
    expect(openingsAt(countedHarder, 10, plan, 0.02)).not.toBe(openingsAt(counted, 10, plan, 0.02));
  });

  test('a machine with eight windows a second that was seen for a minute gets a threshold that a fault can reach', () => {
    const fast = { ...classWith(1), rateHz: 60 * 8 };
    const brief = fleetOf(5, 30, 0);
    expect(brief.openings?.counted).toEqual([1]);
    expect(budgetOf(brief, 10, fast).falseAlarmRate).toBeGreaterThan(3e-4);
  });

  test('a share of windows is taken as it is', () => {
    const { decision, ...rest } = classWith(1);
    const byShare = { ...rest, decision: { ...decision, falseAlarmsPerDay: null, falseAlarmRate: 0.02 } };
    expect(budgetOf(fleetOf(12, 50, 0), 10, byShare)).toEqual({ falseAlarmRate: 0.02, isProvisional: false });
  });

  test('a gap between windows ends a run', () => {
    // Three over in a row once in ten windows, but every window stands alone.
    const scores = Float64Array.from({ length: 300 }, (_, i) => (i % 10 < 3 ? 5 + (i % 7) / 10 : (i % 11) / 10));
    const all = Array.from({ length: 300 }, (_, i) => i);
    const inRow = calibrate([{ shots: 10, deviceId: 'a', scores }], plan);
    const alone = calibrate([{ shots: 10, deviceId: 'a', scores, restarts: all }], plan);
    expect(openingsAt(inRow, 10, plan, 0.2)).toBeGreaterThan(0.05);
    expect(alone.openings?.counted).toEqual([1]);
  });
});
