import { expect, test } from 'vitest';
import { shrunkCovariance } from './shrunk-covariance.ts';

test('equals scikit-learn 1.9.1, ledoit_wolf(X, assume_centered=True)', () => {
  const rows = Float64Array.of(3, 2.5, 0, -3, -2, 0.5, 1, 1, -0.5, -1, -1.5, 0, 2, 2, 0.25, -2, -2, -0.25);
  const expected = [
    4.481837202928835, 3.6071521361144234, -0.1502980056714343, 3.6071521361144234, 3.5049001660645116, -0.07514900283571715,
    -0.1502980056714343, -0.07514900283571715, 0.36742929767332033,
  ];
  shrunkCovariance(rows, 6, 3).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
});

test('no rows give zeros, one direction only still gives a positive diagonal', () => {
  expect(shrunkCovariance(new Float64Array(0), 0, 2)).toEqual(new Float64Array(4));
  const single = shrunkCovariance(Float64Array.of(1, 0, -1, 0, 2, 0, -2, 0), 4, 2);
  expect(single[0]).toBeGreaterThan(single[3]);
  expect(single[3]).toBeGreaterThan(0);
});
