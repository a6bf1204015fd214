import { expect, test } from 'vitest';
import { createComplexFft } from './complex-fft.ts';
import { createRealFft } from './real-fft.ts';

const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 1024];

/** A seeded signal without any structure. */
function scramble(size: number, seed: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => Math.sin(1e4 * (n + 1) * (seed + 1)) * 2);
}

/** X[k] = sum_n (re + i im)[n] exp(-2 pi i k n / size), by the definition. */
function slowTransform(re: Float64Array, im: Float64Array): { re: Float64Array; im: Float64Array } {
  const size = re.length;
  const out = { re: new Float64Array(size), im: new Float64Array(size) };
  for (let k = 0; k < size; k++) {
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size;
      out.re[k] += re[n] * Math.cos(angle) - im[n] * Math.sin(angle);
      out.im[k] += re[n] * Math.sin(angle) + im[n] * Math.cos(angle);
    }
  }
  return out;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
}

test.each(sizes)('the complex transform of %i points is the definition', (size) => {
  const re = scramble(size, 1);
  const im = scramble(size, 2);
  const expected = slowTransform(re, im);
  createComplexFft(size)(re, im);
  expect(largestDifference(re, expected.re)).toBeLessThan(1e-11);
  expect(largestDifference(im, expected.im)).toBeLessThan(1e-11);
});

test.each(sizes.filter((size) => size >= 4))('the real transform of %i points is the first half of the complex one', (size) => {
  const x = scramble(size, 3);
  const expected = slowTransform(x, new Float64Array(size));
  const fft = createRealFft(size);
  fft.transform(x);
  expect(largestDifference(fft.re, expected.re.subarray(0, size / 2 + 1))).toBeLessThan(1e-11);
  expect(largestDifference(fft.im, expected.im.subarray(0, size / 2 + 1))).toBeLessThan(1e-11);
});

test('swapped arguments make the inverse', () => {
  const re = scramble(256, 4);
  const im = scramble(256, 5);
  const fft = createComplexFft(256);
  fft(re, im);
  fft(im, re);
  expect(
    largestDifference(
      re.map((value) => value / 256),
      scramble(256, 4),
    ),
  ).toBeLessThan(1e-14);
  expect(
    largestDifference(
      im.map((value) => value / 256),
      scramble(256, 5),
    ),
  ).toBeLessThan(1e-14);
});

test('a size that is not a power of two is refused', () => {
  expect(() => createComplexFft(24)).toThrow('size 24: expected a power of two');
});
