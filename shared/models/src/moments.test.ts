import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Moments, Support } from '@tocsin/schemas';
import { emptyMoments, goBackTo, goBackToReservoir, keepNear, learnMoments, momentsOf, withWindow } from './moments.ts';
import { emptySupport, learnWindow } from './support.ts';

const value = fc.float({ min: -1000, max: 1000, noNaN: true });
const windows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 });
const plan = { reservoirWindows: 3, memoryWindows: 200 };

const blockOf = (rows: readonly (readonly number[])[]): Moments =>
  rows.reduce((block, row) => withWindow(block, Float32Array.from(row)), emptyMoments(2));
const supportOf = (rows: readonly (readonly number[])[]): Support => {
  const support = emptySupport(2);
  for (const row of rows) learnWindow(support, Float32Array.from(row), plan);
  return support;
};

test('moments of windows are those of their list', () => {
  fc.assert(
    fc.property(windows, (rows) => {
      const { count, mean, scatter } = blockOf(rows);
      expect(count).toBe(rows.length);
      for (const j of [0, 1]) {
        const own = rows.reduce((sum, row) => sum + row[j], 0) / rows.length;
        expect(Math.abs(mean[j] - own)).toBeLessThan(1e-2);
        const squares = rows.reduce((sum, row) => sum + (row[j] - own) ** 2, 0);
        expect(Math.abs(scatter[j] - squares)).toBeLessThanOrEqual(1e-3 * squares + 1);
      }
    }),
    { seed: 1 },
  );
});

test('a block is learnt as its windows would have been, but for the fading within it', () => {
  const rows = Array.from({ length: 20 }, (_, k) => [k % 5, 7 + (k % 3)]);
  const together = supportOf([
    [0, 0],
    [1, 9],
    [2, 3],
  ]);
  const alone = supportOf([
    [0, 0],
    [1, 9],
    [2, 3],
  ]);
  learnMoments(together, blockOf(rows), plan);
  for (const row of rows) learnWindow(alone, Float32Array.from(row), plan);
  expect(together.learned).toBe(alone.learned);
  expect(together.count / alone.count).toBeCloseTo(1, 1);
  for (const j of [0, 1]) expect(together.sum[j] / together.count).toBeCloseTo(alone.sum[j] / alone.count, 1);
});

test('what was learnt can be gone back from', () => {
  fc.assert(
    fc.property(windows, windows, (first, later) => {
      const support = supportOf(first);
      const before = { ...momentsOf(support), learned: support.learned };
      learnMoments(support, blockOf(later), plan);
      goBackTo(support, before);
      expect(support.learned).toBe(first.length);
      expect(momentsOf(support).mean).toEqual(before.mean);
    }),
    { seed: 1 },
  );
});

test('and so can the first windows, with those taught besides', () => {
  const support = supportOf([
    [1, 2],
    [3, 4],
    [5, 6],
    [100, 100],
    [100, 100],
  ]);
  goBackToReservoir(support, undefined, [{ features: Float32Array.of(2, 2), weight: 3 }]);
  expect(support).toMatchObject({ count: 6, learned: 4, sum: Float64Array.of(15, 18) });
  const empty = emptySupport(2);
  goBackToReservoir(empty, undefined);
  expect(empty.count).toBe(0);
});

//   reference 0, deviation 1, bound 5:     -5 |-------- 0 --------| 5     8 is pulled to 5, 4 stays, without a deviation 100 stays
test('means stay near their reference, and keep their spread', () => {
  const support = {
    ...emptySupport(3),
    count: 10,
    sum: Float64Array.of(80, 40, 1000),
    sumSquares: Float64Array.of(670, 170, 1e5),
  };
  const near = { mean: new Float32Array(3), deviation: Float32Array.of(1, 1, 0) };
  expect(keepNear(support, near, 5)).toBe(1);
  const { mean, scatter } = momentsOf(support);
  expect([...mean]).toEqual([5, 4, 100]);
  expect([...scatter]).toEqual([30, 10, 0]);
});
