// Four statistics of a short window of a slow channel (temperatures, loads, counters): where it is, how it moves.
import type { BlockElement, FeatureBlock } from './feature-block.ts';

/** Smallest deviation that counts, in the channel's own unit (METHOD: f). */
const quiet = 1e-2;

/**
 * For n samples of raw x: mean; ln(sd + 0.01); slope, the rise of the least-squares line from the first to the last sample, in the
 * channel's unit; ln(sd of first differences + 0.01). Deviations are over n. A constant window gives ln 0.01 twice and no slope.
 * A window of one sample has its value only.
 */
export function slowBlock(windowSamples: number): FeatureBlock {
  const level: BlockElement = { name: 'mean', block: 'level', unit: 'value' };
  if (windowSamples === 1) return { elements: [level], create: () => writeSample };
  return {
    elements: [
      level,
      { name: 'sd (ln)', block: 'spread', unit: 'ln' },
      { name: 'slope (per window)', block: 'trend', unit: 'slope' },
      { name: 'step sd (ln)', block: 'roughness', unit: 'ln' },
    ],
    create: () => writeSlowStatistics,
  };
}

function writeSample(x: Float64Array, out: Float32Array, at: number): void {
  out[at] = x[0];
}

function writeSlowStatistics(x: Float64Array, out: Float32Array, at: number): void {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  const mean = sum / n;
  const centre = (n - 1) / 2;
  const meanStep = (x[n - 1] - x[0]) / (n - 1);
  let squares = 0;
  let moments = 0;
  let stepSquares = 0;
  for (let i = 0; i < n; i++) {
    squares += (x[i] - mean) * (x[i] - mean);
    moments += (i - centre) * (x[i] - mean);
    if (i > 0) stepSquares += (x[i] - x[i - 1] - meanStep) ** 2;
  }
  const slopePerSample = moments / ((n * (n * n - 1)) / 12);
  out[at] = mean;
  out[at + 1] = Math.log(Math.sqrt(squares / n) + quiet);
  out[at + 2] = slopePerSample * (n - 1);
  out[at + 3] = Math.log(Math.sqrt(stepSquares / (n - 1)) + quiet);
}
