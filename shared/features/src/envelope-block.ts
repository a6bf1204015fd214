// What modulates the upper part of the spectrum: knocks of a bearing or a tooth show here at their own rate.
import { createComplexFft } from './complex-fft.ts';
import type { BlockElement, FeatureBlock } from './feature-block.ts';
import { createHannSpectrum } from './hann-spectrum.ts';
import { binHz, logBandEdges, writeBandPowers } from './log-bands.ts';
import { createRealFft } from './real-fft.ts';

const bandsWanted = 8;

/**
 * ln band powers of eight log-spaced bands (as many as there are bins in a short window) of the Hann-tapered spectrum of the
 * envelope e = |a| - mean |a|, where a is the analytic signal of x between rate/8 and rate/2: its FFT bins samples/8 to
 * samples/2 doubled (Nyquist as it is), all others zero (Randall & Antoni, Mech. Syst. Signal Process. 25, 2011).
 */
export function envelopeBlock(samples: number, rateHz: number): FeatureBlock {
  const edges = logBandEdges(samples, bandsWanted);
  const elements = edges.slice(0, -1).map((edge, b): BlockElement => {
    const name = `envelope ${binHz(edge, samples, rateHz)}-${binHz(Math.min(edges[b + 1], samples / 2), samples, rateHz)} Hz`;
    return { name, block: 'envelope', unit: 'ln' };
  });
  return {
    elements,
    create() {
      const envelope = createEnvelope(samples);
      const spectrum = createHannSpectrum(samples);
      return (x, out, at) => writeBandPowers(spectrum(envelope(x)), edges, samples, out, at);
    },
  };
}

/** Plans the zero-mean envelope of `samples` real values; the result is the plan's own array. */
function createEnvelope(samples: number): (x: Float64Array) => Float64Array {
  const forward = createRealFft(samples);
  const complex = createComplexFft(samples);
  const re = new Float64Array(samples);
  const im = new Float64Array(samples);
  const envelope = new Float64Array(samples);
  return (x) => {
    forward.transform(x);
    re.fill(0);
    im.fill(0);
    for (let k = samples / 8; k <= samples / 2; k++) {
      const gain = (k === samples / 2 ? 1 : 2) / samples;
      re[k] = forward.re[k] * gain;
      im[k] = forward.im[k] * gain;
    }
    // Swapped arguments make it the inverse transform.
    complex(im, re);
    let sum = 0;
    for (let n = 0; n < samples; n++) {
      envelope[n] = Math.sqrt(re[n] * re[n] + im[n] * im[n]);
      sum += envelope[n];
    }
    const mean = sum / samples;
    for (let n = 0; n < samples; n++) envelope[n] -= mean;
    return envelope;
  };
}
