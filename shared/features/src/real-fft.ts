// The FFT of a real signal by one complex transform of half its length.
import { createComplexFft } from './complex-fft.ts';

/** A plan and its result: after `transform(x)`, `re[k] + i im[k]` is bin k = 0..size/2 of the unscaled transform of `x`. */
export type RealFft = { re: Float64Array; im: Float64Array; transform(x: Float64Array): void };

/**
 * Plans the transform of `size` real samples, a power of two >= 4: X[k] = sum_n x[n] exp(-2 pi i k n / size). Even and odd samples
 * travel as real and imaginary part and are told apart by symmetry (Numerical Recipes, 3rd ed., 12.3.2).
 */
export function createRealFft(size: number): RealFft {
  const half = size / 2;
  const fft = createComplexFft(half);
  const packedRe = new Float64Array(half);
  const packedIm = new Float64Array(half);
  const re = new Float64Array(half + 1);
  const im = new Float64Array(half + 1);
  const cos = Float64Array.from({ length: half / 2 + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: half / 2 + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));

  function transform(x: Float64Array): void {
    for (let n = 0; n < half; n++) {
      packedRe[n] = x[2 * n];
      packedIm[n] = x[2 * n + 1];
    }
    fft(packedRe, packedIm);
    re[0] = packedRe[0] + packedIm[0];
    im[0] = 0;
    re[half] = packedRe[0] - packedIm[0];
    im[half] = 0;
    for (let k = 1, mirror = half - 1; k <= mirror; k++, mirror--) {
      const pRe = packedRe[k];
      const pIm = packedIm[k];
      const qRe = packedRe[mirror];
      const qIm = packedIm[mirror];
      const evenRe = 0.5 * (pRe + qRe);
      const evenIm = 0.5 * (pIm - qIm);
      const oddRe = 0.5 * (pIm + qIm);
      const oddIm = 0.5 * (qRe - pRe);
      const turnedRe = oddRe * cos[k] + oddIm * sin[k];
      const turnedIm = oddIm * cos[k] - oddRe * sin[k];
      re[k] = evenRe + turnedRe;
      im[k] = evenIm + turnedIm;
      re[mirror] = evenRe - turnedRe;
      im[mirror] = turnedIm - evenIm;
    }
  }
  return { re, im, transform };
}
