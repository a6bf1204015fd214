import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { normal, seededRandom } from '../../random.ts';
import { selfTestError } from '../self-test.ts';
import { createArena } from './arena.ts';
import { kernelSource } from './kernels.ts';
import { createSimdEngine } from './simd-engine.ts';

test('every slope equals its float64 reference, also in memory that other episodes have used', async () => {
  const engine = createSimdEngine();
  for (let repeat = 0; repeat < 3; repeat++) expect(await selfTestError(engine)).toBeLessThan(1e-4);
});

test('the kernels are compiled from the source beside them (npm run kernels)', () => {
  const source = readFileSync(new URL('../../../kernels/products.ts', import.meta.url));
  expect(createHash('sha256').update(source).digest('hex')).toBe(kernelSource);
});

test.each([
  [1, 4, 1],
  [4, 8, 3],
  [7, 12, 9],
  [9, 20, 16],
])('products of %i x %i from %i terms equal the plain sums', (rows, columns, inner) => {
  const random = seededRandom(rows);
  const arena = createArena(4000);
  const filled = (length: number): Float32Array => arena.floats(length).map(() => normal(random));
  // `map` copies: what kernels read must lie in the arena.
  const inArena = (values: Float32Array): Float32Array => {
    const place = arena.floats(values.length);
    place.set(values);
    return place;
  };
  const [a, b] = [inArena(filled(rows * inner)), inArena(filled(inner * columns))];
  const transposed = inArena(
    Float32Array.from({ length: rows * inner }, (_, at) => a[(at % rows) * inner + Math.floor(at / rows)]),
  );
  const expected = Float32Array.from({ length: rows * columns }, (_, at) => {
    let sum = 1;
    for (let t = 0; t < inner; t++) sum += a[Math.floor(at / columns) * inner + t] * b[t * columns + (at % columns)];
    return sum;
  });
  for (const product of ['addProduct', 'addTransposedProduct'] as const) {
    const into = inArena(new Float32Array(rows * columns).fill(1));
    arena[product](into, product === 'addProduct' ? a : transposed, b, rows, columns, inner);
    into.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
  }
});

test('tanh', () => {
  const arena = createArena(400);
  const values = arena.floats(400);
  const at = Float32Array.from({ length: 400 }, (_, i) => (i - 200) / 15);
  values.set(at);
  arena.tanh(values);
  values.forEach((value, i) => expect(Math.abs(value - Math.tanh(at[i]))).toBeLessThan(5e-7));
});

test('more than there is room for is refused', () => {
  expect(() => createArena(8).floats(1_000_000)).toThrow('arena: 1000000 floats, expected at most 16384');
});
