import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { identity, symmetricEigen } from './symmetric-eigen.ts';

test('a worked 2 x 2', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
  expect([...values]).toEqual([expect.closeTo(3, 12), expect.closeTo(1, 12)]);
  const h = Math.SQRT1_2;
  expect([...vectors]).toEqual([h, h, h, -h].map((value) => expect.closeTo(value, 12)));
});

test('the identity is its own decomposition', () => {
  expect(symmetricEigen(identity(3), 3)).toEqual({ values: Float64Array.of(1, 1, 1), vectors: identity(3) });
});

test('U L U` gives the matrix back, U is orthonormal, values fall', () => {
  const symmetric = fc.integer({ min: 1, max: 9 }).chain((n) =>
    fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n }).map((raw) => {
      const matrix = new Float64Array(n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] = raw[Math.max(i, j) * n + Math.min(i, j)];
      return { n, matrix };
    }),
  );
  fc.assert(
    fc.property(symmetric, ({ n, matrix }) => {
      const { values, vectors } = symmetricEigen(matrix, n);
      expect(values).toEqual(values.toSorted().toReversed());
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let back = 0;
          let dot = 0;
          for (let k = 0; k < n; k++) {
            back += values[k] * vectors[k * n + i] * vectors[k * n + j];
            dot += vectors[i * n + k] * vectors[j * n + k];
          }
          expect(back).toBeCloseTo(matrix[i * n + j], 9);
          expect(dot).toBeCloseTo(i === j ? 1 : 0, 9);
        }
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});
