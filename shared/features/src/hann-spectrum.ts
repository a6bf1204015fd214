// The Hann-tapered power spectrum that the spectrum and the envelope block share.
import { createRealFft } from './real-fft.ts';

/**
 * Plans P[k] = |rfft(x w)[k]|^2 / sum w^2, k = 0..samples/2, one-sided and not doubled, with the periodic Hann taper
 * w[n] = (1 - cos(2 pi n / samples)) / 2. White noise of variance v has E P = v in every bin. The result is the plan's own array.
 */
export function createHannSpectrum(samples: number): (x: Float64Array) => Float64Array {
  const fft = createRealFft(samples);
  const taper = Float64Array.from({ length: samples }, (_, n) => (1 - Math.cos((2 * Math.PI * n) / samples)) / 2);
  const energy = taper.reduce((sum, w) => sum + w * w, 0);
  const tapered = new Float64Array(samples);
  const power = new Float64Array(samples / 2 + 1);
  return (x) => {
    for (let n = 0; n < samples; n++) tapered[n] = x[n] * taper[n];
    fft.transform(tapered);
    for (let k = 0; k < power.length; k++) power[k] = (fft.re[k] * fft.re[k] + fft.im[k] * fft.im[k]) / energy;
    return power;
  };
}
