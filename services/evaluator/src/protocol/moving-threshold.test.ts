import { calibrate } from '@tocsin/decisions';
import { createRandom, normal } from '@tocsin/signals';
import { expect, test } from 'vitest';
import { thresholdsAlong } from './moving-threshold.ts';

const random = createRandom(1);
const scoresAround = (centre: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, () => centre + normal(random) / 4);
const known = Array.from({ length: 20 }, (_, i) => ({ shots: 10, deviceId: `pump-${i}`, scores: scoresAround(0, 200) }));
const threshold = { calibration: calibrate(known), shots: 10, falseAlarmRate: 0.01 };

test('stays for a hundred windows, then follows the device', () => {
  const thresholds = thresholdsAlong(threshold, scoresAround(-1, 400));
  // The 1 % quantile of N(0, 1/4).
  expect(thresholds[0]).toBeCloseTo(0.58, 1);
  expect(thresholds[99]).toBe(thresholds[0]);
  expect(thresholds[399]).toBeCloseTo(thresholds[0] - 1, 0);
});

test('what it flags does not move it', () => {
  const scores = scoresAround(0, 300);
  scores.fill(5, 150);
  const thresholds = thresholdsAlong(threshold, scores);
  expect(thresholds[299]).toBe(thresholds[151]);
});
