import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { devicePValue, deviceOffset, deviceThreshold, noScores, offsetAfterWindows, updateScores } from './device-threshold.ts';
import { scoresAlong } from './scores-along.ts';
import { thresholdAt } from './threshold.ts';

/** Park-Miller and twelve uniforms: about normal. */
function normals(seed: number, n: number, mean: number, sd: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += (state = (state * 48271) % 2147483647) / 2147483647;
    return mean + sd * sum;
  });
}

const calibration = calibrate([{ shots: 10, deviceId: 'a', scores: normals(1, 5000, 0, 1) }]);

/** History after these scores. */
function watched(scores: Float64Array) {
  return scores.reduce((history, score) => updateScores(calibration, 10, history, score), noScores);
}

test('the running median finds a device wherever it lies, and follows when it moves', () => {
  for (const seed of [11, 12, 13, 14, 15]) {
    expect(Math.abs(watched(normals(seed, offsetAfterWindows, 3, 0.7)).scoreMedian - 3)).toBeLessThan(0.4);
    const moved = Float64Array.of(...normals(seed, 5000, 3, 0.7), ...normals(seed + 50, 2000, 4, 0.7));
    expect(Math.abs(watched(moved).scoreMedian - 4)).toBeLessThan(0.15);
  }
});

test('a few wild scores hardly move it', () => {
  const scores = normals(5, 400, 0, 1);
  const wild = scores.map((score, i) => (i % 20 === 19 ? 50 : score));
  expect(Math.abs(watched(wild).scoreMedian - watched(scores).scoreMedian)).toBeLessThan(0.3);
});

describe('without a watched part, as in bundles of before', () => {
  const { watched: _, ...old } = calibration;

  test('the offset counts from window 100 on, and moves threshold and p-value alike', () => {
    const early = watched(normals(7, offsetAfterWindows - 1, 2, 1));
    expect(deviceOffset(old, 10, early)).toBe(0);
    expect(deviceThreshold(old, 10, 0.01, early)).toBe(thresholdAt(old, 10, 0.01));
    const late = { scored: offsetAfterWindows, scoreMedian: old.medians[0] + 2, scoreExcess: 1 };
    expect(deviceThreshold(old, 10, 0.01, late)).toBeCloseTo(thresholdAt(old, 10, 0.01) + 2, 12);
  });
});

describe('a fleet of devices that are each steadier than all of them together', () => {
  // Ten devices around -4 .. 5, each with a deviation of .3: the pooled 1 % lies far above nine of them.
  const fleet = Array.from({ length: 10 }, (_, i) => ({ shots: 10, deviceId: `d${i}`, scores: normals(i + 1, 600, i - 4, 0.3) }));
  const pooled = calibrate(fleet);

  test('a new device meets the threshold of the fleet, one that has been watched its own', () => {
    expect(deviceThreshold(pooled, 10, 0.01, noScores)).toBe(thresholdAt(pooled, 10, 0.01));
    const scores = normals(99, 3000, -2, 0.3);
    const { thresholds } = scoresAlong(pooled, 10, 0.01, scores);
    expect(thresholds[0]).toBeGreaterThan(4.5);
    expect(thresholds[2999]).toBeLessThan(0.5);
    const late = scores.subarray(1500);
    const over = late.filter((score, i) => score > thresholds[1500 + i]).length / late.length;
    expect(over).toBeLessThan(0.03);
  });

  test('scores far over the threshold move nothing', () => {
    const scores = normals(98, 400, 0, 0.3);
    const broken = scores.map((score, i) => (i < 200 ? score : score + 20));
    const { histories } = scoresAlong(pooled, 10, 0.01, broken);
    expect(histories[399]).toEqual(histories[200]);
  });
});

test.each([
  ['of before', { ...calibration, watched: undefined }],
  ['with a watched part', calibration],
])('a score at the threshold of a device has the p-value of the threshold: calibrations %s', (_, { watched: own, ...rest }) => {
  const known = own === undefined ? rest : { ...rest, watched: own };
  const history = fc.record({
    scored: fc.nat(300),
    scoreMedian: fc.double({ min: -5, max: 5, noNaN: true }),
    scoreExcess: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  fc.assert(
    fc.property(history, fc.double({ min: 1e-4, max: 0.5, noNaN: true }), (scores, rate) => {
      const threshold = deviceThreshold(known, 10, rate, scores);
      expect(devicePValue(known, threshold, 10, scores)).toBeCloseTo(rate, 8);
    }),
    { seed: 1 },
  );
});
