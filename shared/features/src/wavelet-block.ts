// How a vibration window's energy and its impulsiveness are spread over octaves, by the db4 wavelet.
import type { BlockElement, FeatureBlock } from './feature-block.ts';
import { binHz } from './log-bands.ts';
import { safeLog } from './safe-log.ts';
import { createWavelet, deepestLevel } from './wavelet.ts';

const levelsWanted = 6;

/**
 * ln mean c^2 of details d1 (finest) to d6 and of approximation a6, then ln kurtosis mean (c - m)^4 / var^2 of d1 to d6. Windows too
 * short for six levels (under 512 samples) have as many as PyWavelets' `dwt_max_level` allows: 5, 4, 3, 2 for 256, 128, 64, 32.
 */
export function waveletBlock(samples: number, rateHz: number): FeatureBlock {
  const level = Math.min(levelsWanted, deepestLevel(samples));
  const levels = Array.from({ length: level }, (_, j) => j + 1);
  const powers = levels.map((j): BlockElement => {
    const low = binHz(samples / 2 ** (j + 1), samples, rateHz);
    return { name: `wavelet d${j} (${low}-${binHz(samples / 2 ** j, samples, rateHz)} Hz)`, block: 'wavelet', unit: 'ln' };
  });
  const rest = `wavelet a${level} (0-${binHz(samples / 2 ** (level + 1), samples, rateHz)} Hz)`;
  const kurtoses = levels.map((j): BlockElement => ({ name: `wavelet d${j} kurtosis (ln)`, block: 'wavelet', unit: 'ln' }));
  return {
    elements: [...powers, { name: rest, block: 'wavelet', unit: 'ln' }, ...kurtoses],
    create() {
      const wavelet = createWavelet(samples, level);
      return (x, out, at) => {
        wavelet.transform(x);
        for (let j = 0; j < level; j++) {
          out[at + j] = safeLog(meanSquare(wavelet.details[j]));
          out[at + level + 1 + j] = lnKurtosis(wavelet.details[j]);
        }
        out[at + level] = safeLog(meanSquare(wavelet.approximation));
      };
    },
  };
}

function meanSquare(c: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < c.length; i++) sum += c[i] * c[i];
  return sum / c.length;
}

/** ln of Pearson's kurtosis mean (c - m)^4 / var^2, ln 3 for a normal distribution; 0 for a constant. */
function lnKurtosis(c: Float64Array): number {
  const n = c.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += c[i];
  const mean = sum / n;
  let squares = 0;
  let fourths = 0;
  for (let i = 0; i < n; i++) {
    const square = (c[i] - mean) * (c[i] - mean);
    squares += square;
    fourths += square * square;
  }
  return 4 * (safeLog((fourths / n) ** 0.25) - safeLog(Math.sqrt(squares / n)));
}
