import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { devicePValue, deviceOffset, deviceThreshold, noScores, offsetAfterWindows, updateMedian } from './device-threshold.ts';
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
  return scores.reduce((history, score) => updateMedian(calibration, 10, history, score), noScores);
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

test('the offset counts from window 100 on, and moves threshold and p-value alike', () => {
  const early = watched(normals(7, offsetAfterWindows - 1, 2, 1));
  expect(deviceOffset(calibration, 10, early)).toBe(0);
  expect(deviceThreshold(calibration, 10, 0.01, early)).toBe(thresholdAt(calibration, 10, 0.01));
  const late = { scored: offsetAfterWindows, scoreMedian: calibration.medians[0] + 2 };
  expect(deviceThreshold(calibration, 10, 0.01, late)).toBeCloseTo(thresholdAt(calibration, 10, 0.01) + 2, 12);
});

test('a score at the threshold of a device has the p-value of the threshold', () => {
  const history = fc.record({ scored: fc.nat(300), scoreMedian: fc.double({ min: -5, max: 5, noNaN: true }) });
  fc.assert(
    fc.property(history, fc.double({ min: 1e-4, max: 0.5, noNaN: true }), (scores, rate) => {
      const threshold = deviceThreshold(calibration, 10, rate, scores);
      expect(devicePValue(calibration, threshold, 10, scores)).toBeCloseTo(rate, 8);
    }),
    { seed: 1 },
  );
});
