import { expect, test } from 'vitest';
import { headEarnsItsPlace, mayReplace } from './gate.ts';

test.each([
  [null, false],
  [{ mean: 0.03, error: 0.02 }, true],
  [{ mean: 0.03, error: 0.04 }, false],
  [{ mean: 0.009, error: 0.001 }, false],
  [{ mean: 0.3, error: Number.POSITIVE_INFINITY }, false],
])('a head with a gain of %o earns its place: %s', (gain, expected) => {
  expect(headEarnsItsPlace(gain)).toBe(expected);
});

test.each([
  [null, true],
  [{ mean: -0.03, error: 0.02 }, false],
  [{ mean: -0.03, error: 0.04 }, true],
  [{ mean: -0.009, error: 0.001 }, true],
  [{ mean: -0.3, error: Number.POSITIVE_INFINITY }, true],
])('a candidate with a gain of %o over what is in use may replace it: %s', (gain, expected) => {
  expect(mayReplace(gain)).toBe(expected);
});
