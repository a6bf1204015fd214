// Where in frequency a vibration window has its power: log-spaced bands and four numbers for the shape of the spectrum.
import type { BlockElement, FeatureBlock } from './feature-block.ts';
import { createHannSpectrum } from './hann-spectrum.ts';
import { binHz, logBandEdges, writeBandPowers } from './log-bands.ts';
import { floor, safeLog } from './safe-log.ts';

/**
 * Band powers ln(sum P / samples + 1e-12) of at most `bands` log-spaced bands of the Hann-tapered power spectrum, then of the
 * normalised spectrum p[k] = P[k] / sum P over bins 1..samples/2: ln centroid (Hz), ln spread (standard deviation, Hz), entropy
 * -sum p ln p / ln(number of bins) in 0..1, and ln flatness = mean ln(p + 1e-12) - ln mean p, <= 0. Silence counts as white.
 */
export function spectrumBlock(samples: number, rateHz: number, bands: number): FeatureBlock {
  const edges = logBandEdges(samples, bands);
  const bandElements = edges.slice(0, -1).map((edge, b): BlockElement => {
    const name = `band ${binHz(edge, samples, rateHz)}-${binHz(Math.min(edges[b + 1], samples / 2), samples, rateHz)} Hz`;
    return { name, block: 'bands', unit: 'ln' };
  });
  return {
    elements: [
      ...bandElements,
      { name: 'spectral centroid (ln Hz)', block: 'shape', unit: 'ln' },
      { name: 'spectral spread (ln Hz)', block: 'shape', unit: 'ln' },
      { name: 'spectral entropy', block: 'shape', unit: 'ratio' },
      { name: 'spectral flatness (ln)', block: 'shape', unit: 'ln' },
    ],
    create() {
      const spectrum = createHannSpectrum(samples);
      const white = new Float64Array(samples / 2 + 1).fill(1);
      return (x, out, at) => {
        const power = spectrum(x);
        writeBandPowers(power, edges, samples, out, at);
        writeShape(power.some(isPositive) ? power : white, rateHz / samples, out, at + edges.length - 1);
      };
    },
  };
}

function isPositive(value: number): boolean {
  return value > 0;
}

function writeShape(power: Float64Array, spacingHz: number, out: Float32Array, at: number): void {
  const bins = power.length - 1;
  let total = 0;
  let first = 0;
  let second = 0;
  for (let k = 1; k <= bins; k++) {
    total += power[k];
    first += k * power[k];
    second += k * k * power[k];
  }
  const share = 1 / total;
  let entropy = 0;
  let logs = 0;
  for (let k = 1; k <= bins; k++) {
    const p = power[k] * share;
    const log = Math.log(p + floor);
    entropy -= p * log;
    logs += log;
  }
  const centroid = first * share;
  out[at] = safeLog(centroid * spacingHz);
  out[at + 1] = safeLog(Math.sqrt(Math.max(second * share - centroid * centroid, 0)) * spacingHz);
  out[at + 2] = entropy / Math.log(bins);
  out[at + 3] = logs / bins + Math.log(bins);
}
