import { calibrate } from '@tocsin/decisions';
import { createRandom, normal } from '@tocsin/signals';
import { expect, test } from 'vitest';
import { thresholdsAlong } from './moving-threshold.ts';

const random = createRandom(1);
const scoresAround = (centre: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, () => centre + normal(random) / 4);
const known = Array.from({ length: 20 }, (_, i) => ({ shots: 10, deviceId: `pump-${i}`, scores: scoresAround(0, 200) }));
const threshold = { calibration: calibrate(known), shots: 10, falseAlarmRate: 0.01 };

test('starts with the fleet, and is half way to the device after a hundred windows', () => {
  const thresholds = thresholdsAlong(threshold, scoresAround(-1, 2000));
  // The 1 % quantile of N(0, 1/4), and that of this device.
  expect(thresholds[0]).toBeCloseTo(0.58, 1);
  expect(thresholds[100]).toBeCloseTo(0.58 - 1 / 2, 0);
  expect(thresholds[1999]).toBeCloseTo(0.58 - 1, 0);
});

test('what it flags does not move it', () => {
  const scores = scoresAround(0, 300);
  scores.fill(5, 150);
  const thresholds = thresholdsAlong(threshold, scores);
  expect(thresholds[299]).toBe(thresholds[151]);
});
