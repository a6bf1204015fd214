import { describe, expect, test } from 'vitest';
import { noiseAt, smoothNoiseAt, uniformAt } from './indexed-noise.ts';
import { between, createRandom, mix, normal } from './random.ts';

const many = 20_000;

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

/** Correlation of a series with itself one step on. */
function autocorrelation(values: readonly number[]): number {
  const { mean, variance } = moments(values);
  const products = values.slice(1).map((value, i) => (value - mean) * (values[i] - mean));
  return moments(products).mean / variance;
}

describe('sequence', () => {
  test('a seed gives the same numbers in every release', () => {
    const random = createRandom(42);
    expect([random(), random(), random()].map((u) => Math.floor(u * 2 ** 32))).toMatchInlineSnapshot(`
      [
        955885115,
        1328154995,
        946741108,
      ]
    `);
  });

  test('uniform and normal have their moments, and neighbours know nothing of each other', () => {
    const random = createRandom(7);
    const uniform = Array.from({ length: many }, () => between(random, -1, 3));
    const gaussian = Array.from({ length: many }, () => normal(random));
    expect(moments(uniform).mean).toBeCloseTo(1, 1);
    expect(moments(uniform).variance).toBeCloseTo(16 / 12, 1);
    expect(moments(gaussian).mean).toBeCloseTo(0, 1);
    expect(moments(gaussian).variance).toBeCloseTo(1, 1);
    expect(Math.abs(autocorrelation(uniform))).toBeLessThan(0.02);
  });

  test('neighbouring seeds give unrelated sequences', () => {
    const firsts = Array.from({ length: many }, (_, seed) => createRandom(seed)());
    expect(Math.abs(autocorrelation(firsts))).toBeLessThan(0.02);
  });
});

describe('noise by index', () => {
  // Across the bound of 32-bit indices, where a careless hash would repeat itself.
  const indices = Array.from({ length: many }, (_, i) => 2 ** 32 - many / 2 + i);

  test('white: mean 0, variance 1, neighbours and neighbouring keys unrelated', () => {
    const one = indices.map((i) => noiseAt(5, i));
    const other = indices.map((i) => noiseAt(6, i));
    expect(moments(one).mean).toBeCloseTo(0, 1);
    expect(moments(one).variance).toBeCloseTo(1, 1);
    expect(Math.abs(autocorrelation(one))).toBeLessThan(0.02);
    expect(Math.abs(moments(one.map((value, i) => value * other[i])).mean)).toBeLessThan(0.02);
    expect(uniformAt(5, 3)).not.toBe(uniformAt(5, 3 + 2 ** 32));
  });

  test('smooth: equal to white noise at whole positions and between its neighbours elsewhere', () => {
    expect(smoothNoiseAt(9, 12)).toBe(noiseAt(9, 12));
    const [low, high] = [noiseAt(9, 12), noiseAt(9, 13)].toSorted((a, b) => a - b);
    expect(smoothNoiseAt(9, 12.3)).toBeGreaterThan(low);
    expect(smoothNoiseAt(9, 12.3)).toBeLessThan(high);
  });

  test('the hash is a bijection: no two of 2^16 neighbours collide', () => {
    expect(new Set(Array.from({ length: 2 ** 16 }, (_, i) => mix(i))).size).toBe(2 ** 16);
  });
});
