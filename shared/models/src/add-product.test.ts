import { expect, test } from 'vitest';
import { addProduct, transposed } from './add-product.ts';
import { gauss, seeded } from './test-fleet.ts';

test.each([
  [1, 1, 1],
  [4, 2, 7],
  [5, 3, 4],
  [8, 1, 3],
  [3, 6, 0],
  [11, 9, 10],
])('%i rows, %i columns, %i terms: the plain triple loop to the last bit', (rows, columns, inner) => {
  const random = seeded(rows);
  const matrix = (length: number): Float64Array => Float64Array.from({ length }, () => gauss(random));
  const [a, b, into] = [matrix(rows * inner), matrix(columns * inner), matrix(rows * columns)];
  const expected = into.map((value, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = value;
    for (let t = 0; t < inner; t++) sum += a[i * inner + t] * b[j * inner + t];
    return sum;
  });
  addProduct(into, a, b, rows, columns, inner);
  expect(into).toEqual(expected);
});

test('transposed', () => {
  expect([...transposed(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});
