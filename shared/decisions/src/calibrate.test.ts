import { describe, expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';

/** n standard exponential quantiles, in a scrambled order: the tail over ln(1/p) is the line it should be. */
function exponential(n: number, shift = 0): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => shift - Math.log(1 - (((i * 7919) % n) + 0.5) / n));
}

describe('one device', () => {
  const calibration = calibrate([{ shots: 10, deviceId: 'a', scores: exponential(10_000) }]);
  const thresholds = Object.fromEntries(calibration.tail.map((share, j) => [share, calibration.quantiles[0][j]]));

  test('exactly a share p of its windows exceeds tau(p), down to half a percent', () => {
    const scores = exponential(10_000);
    for (const share of [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005]) {
      expect(scores.filter((score) => score > thresholds[share]).length).toBe(10_000 * share);
    }
  });

  test('further out follows the exponential tail: ln(1/p)', () => {
    for (const share of [0.002, 0.001, 1e-4]) expect(Math.abs(thresholds[share] + Math.log(share))).toBeLessThan(0.15);
  });
});

test('devices weigh the same, however many windows they have', () => {
  // A noisy device with 100 windows against a quiet one with 10,000: half of the mass is noisy.
  const { quantiles, medians, devices } = calibrate(
    [
      { shots: 10, deviceId: 'noisy', scores: exponential(60, 10) },
      { shots: 10, deviceId: 'noisy', scores: exponential(40, 10) },
      { shots: 10, deviceId: 'quiet', scores: exponential(10_000) },
    ],
    null,
    [0.6, 0.4],
  );
  expect(quantiles[0][0]).toBeLessThan(3);
  expect(quantiles[0][1]).toBeGreaterThan(10);
  expect(medians[0]).toBeGreaterThan(9);
  expect(devices).toBe(2);
});

test('shots come out rising, each with its own windows', () => {
  const { shots, medians } = calibrate([
    { shots: 20, deviceId: 'a', scores: exponential(100) },
    { shots: 5, deviceId: 'a', scores: exponential(100, 3) },
    { shots: 50, deviceId: 'a', scores: new Float64Array(0) },
  ]);
  expect(shots).toEqual([5, 20]);
  expect(medians[0] - medians[1]).toBeCloseTo(3, 12);
});

test('few and equal scores still give rising thresholds', () => {
  for (const scores of [Float64Array.of(1), new Float64Array(50).fill(2), exponential(12)]) {
    const [row] = calibrate([{ shots: 5, deviceId: 'a', scores }]).quantiles;
    row.slice(1).forEach((score, j) => expect(score).toBeGreaterThan(row[j]));
  }
});

test('twelve windows know nothing of one in a thousand: the threshold lies beyond all of them', () => {
  const scores = exponential(12);
  const { quantiles, tail } = calibrate([{ shots: 5, deviceId: 'a', scores }]);
  expect(quantiles[0][tail.indexOf(0.001)]).toBeGreaterThan(Math.max(...scores) + 1);
});

test('refuses nothing at all, NaN and a calibration without shots', () => {
  expect(() => calibrate([])).toThrow('at least one held-out device');
  expect(() => calibrate([{ shots: 5, deviceId: 'a', scores: Float64Array.of(NaN) }])).toThrow('scores of a: NaN');
  expect(() => calibrate([{ shots: -1, deviceId: 'a', scores: Float64Array.of(1) }])).toThrow('shots: -1');
});
