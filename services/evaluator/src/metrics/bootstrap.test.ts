import { createRandom } from '@tocsin/signals';
import { expect, test } from 'vitest';
import { bootstrapMean } from './bootstrap.ts';

test('groups weigh the same, empty ones nothing', () => {
  expect(bootstrapMean([[1, 1, 1, 1], [0], []], createRandom(1))).toMatchObject({ mean: 0.5, low: 0.5, high: 0.5 });
  expect(bootstrapMean([[], []], createRandom(1))).toBeNull();
});

test('the interval of many values is that of the normal distribution', () => {
  // 100 values of 0 and 100 of 1: standard error .5 / sqrt(200) = .0354, so 95 % is .5 +- .069.
  const values = Array.from({ length: 200 }, (_, i) => i % 2);
  const { low = 0, high = 0 } = bootstrapMean([values], createRandom(3)) ?? {};
  expect(low).toBeGreaterThan(0.5 - 0.08);
  expect(low).toBeLessThan(0.5 - 0.058);
  expect(high).toBeGreaterThan(0.5 + 0.058);
  expect(high).toBeLessThan(0.5 + 0.08);
});
