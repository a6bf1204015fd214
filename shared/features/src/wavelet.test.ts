import { expect, test } from 'vitest';
import { createWavelet, deepestLevel } from './wavelet.ts';

const energy = (c: Float64Array): number => c.reduce((sum, value) => sum + value * value, 0);

test.each([
  [1024, 6],
  [256, 5],
  [32, 2],
  [16, 1],
])('the coefficients of %i samples over %i levels carry exactly their energy', (samples, level) => {
  const x = Float64Array.from({ length: samples }, (_, n) => Math.sin(n * n) + (n === 3 ? 5 : 0));
  const wavelet = createWavelet(samples, level);
  wavelet.transform(x);
  const total = [...wavelet.details, wavelet.approximation].reduce((sum, c) => sum + energy(c), 0);
  expect(total).toBeCloseTo(energy(x), 9);
});

test('four vanishing moments: a cubic leaves no details away from the seam of the circle', () => {
  const x = Float64Array.from({ length: 64 }, (_, n) => (n / 64) ** 3 - n / 32 + 0.5);
  const wavelet = createWavelet(64, 1);
  wavelet.transform(x);
  expect(Math.max(...wavelet.details[0].subarray(4, 28).map(Math.abs))).toBeLessThan(1e-12);
  expect(Math.abs(wavelet.details[0][0])).toBeGreaterThan(1e-3);
});

test('an impulse moves with the circle: shifted by 2^level samples, coefficients shift by one', () => {
  const impulseAt = (n: number): Float64Array => Float64Array.from({ length: 64 }, (_, i) => (i === n ? 1 : 0));
  const wavelet = createWavelet(64, 2);
  wavelet.transform(impulseAt(62));
  const before = [...wavelet.details[1]];
  wavelet.transform(impulseAt((62 + 4) % 64));
  expect([...wavelet.details[1]]).toEqual([before[15], ...before.slice(0, 15)]);
});

test('levels as PyWavelets counts them', () => {
  expect([1024, 512, 256, 128, 64, 32, 8, 4].map(deepestLevel)).toEqual([7, 6, 5, 4, 3, 2, 0, 0]);
  expect(() => createWavelet(1000, 6)).toThrow('samples 1000: expected a multiple of 2^6');
});
