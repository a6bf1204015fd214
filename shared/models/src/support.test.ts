import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptySupport, learnWindow } from './support.ts';

const plan = { reservoirWindows: 3, memoryWindows: 2 };

test('sums the first windows as they are, then fades by half every memoryWindows windows', () => {
  const support = emptySupport(1);
  const counts = [10, 20, 30, 40, 50].map((x) => {
    learnWindow(support, Float32Array.of(x), plan);
    return support.count;
  });
  //            reservoir full v
  // learned   1    2    3        4              5
  // count     1    2    3     3 r + 1     (3 r + 1) r + 1     r^2 = 1/2
  const r = Math.SQRT1_2;
  expect(counts).toEqual([1, 2, 3, 3 * r + 1, expect.closeTo(1.5 + r + 1, 12)]);
  expect(support.sum[0]).toBeCloseTo(60 / 2 + 40 * r + 50, 12);
  expect(support.sumSquares[0]).toBeCloseTo(1400 / 2 + 1600 * r + 2500, 9);
  expect(support.learned).toBe(5);
  expect([...support.reservoir]).toEqual([10, 20, 30]);
});

test('the count levels off', () => {
  const support = emptySupport(1);
  for (let k = 0; k < 5000; k++) learnWindow(support, Float32Array.of(1), { reservoirWindows: 16, memoryWindows: 200 });
  expect(support.count).toBeCloseTo(1 / (1 - 0.5 ** (1 / 200)), 3);
  expect(support.sum[0]).toBeCloseTo(support.count, 6);
});

test('what was learnt before the fading does not depend on the order', () => {
  // Small whole numbers, whose sums are exact.
  const windows = fc.array(fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 })), { maxLength: 20 });
  fc.assert(
    fc.property(windows, fc.infiniteStream(fc.nat()), (rows, keys) => {
      const shuffled = rows.map((row) => ({ row, key: keys.next().value })).toSorted((one, two) => one.key - two.key);
      const [inOrder, mixed] = [rows, shuffled.map(({ row }) => row)].map((list) => {
        const support = emptySupport(2);
        for (const row of list) learnWindow(support, Float32Array.from(row), { reservoirWindows: 20, memoryWindows: 200 });
        return support;
      });
      expect({ ...mixed, reservoir: null }).toEqual({ ...inOrder, reservoir: null });
      expect(mixed.reservoir.toSorted()).toEqual(inOrder.reservoir.toSorted());
    }),
    { seed: 1 },
  );
});

test('refuses what would poison the sums and leaves them as they were', () => {
  const support = emptySupport(2);
  expect(() => learnWindow(support, Float32Array.of(1, NaN), plan)).toThrow('features[1]: NaN');
  expect(() => learnWindow(support, Float32Array.of(1), plan)).toThrow('1 values, expected 2');
  expect(support).toEqual(emptySupport(2));
});
