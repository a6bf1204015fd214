// Ten statistics of a vibration window in the time domain. Knows nothing of frequency except zero crossings.
import type { FeatureBlock } from './feature-block.ts';
import { floor, safeLog } from './safe-log.ts';

const block = 'time';

/**
 * The ten statistics of METHOD for zero-mean x of n samples, with rms = sqrt(mean x^2) and sd1, sd2 the standard deviations of
 * the first and second differences: ln rms, ln peak = ln max|x|, ln kurtosis = ln mean (x/rms)^4, skew = mean (x/rms)^3 held to
 * +-5, ln crest = ln peak/rms, ln shape factor = ln rms/mean|x|, ln impulse factor = ln peak/mean|x|, zero crossings per step, and
 * Hjorth's ln mobility = ln sd1/rms and ln complexity = ln (sd2/sd1)/mobility (Electroenceph. clin. Neurophysiol. 29, 1970).
 * Denominators and logarithms carry 1e-12, so a constant window is finite; all but rms and peak do not depend on the gain.
 */
export function timeBlock(): FeatureBlock {
  return {
    elements: [
      { name: 'rms (ln)', block, unit: 'ln' },
      { name: 'peak (ln)', block, unit: 'ln' },
      { name: 'kurtosis (ln)', block, unit: 'ln' },
      { name: 'skew', block, unit: 'shape' },
      { name: 'crest factor (ln)', block, unit: 'ln' },
      { name: 'shape factor (ln)', block, unit: 'ln' },
      { name: 'impulse factor (ln)', block, unit: 'ln' },
      { name: 'zero crossings (per sample)', block, unit: 'ratio' },
      { name: 'mobility (ln)', block, unit: 'ln' },
      { name: 'complexity (ln)', block, unit: 'ln' },
    ],
    create: () => writeTimeStatistics,
  };
}

function writeTimeStatistics(x: Float64Array, out: Float32Array, at: number): void {
  const n = x.length;
  let squares = 0;
  let magnitudes = 0;
  let peak = 0;
  let crossings = 0;
  for (let i = 0; i < n; i++) {
    const magnitude = Math.abs(x[i]);
    squares += x[i] * x[i];
    magnitudes += magnitude;
    // written so that NaN wins
    if (!(magnitude <= peak)) peak = magnitude;
    if (i > 0 && x[i] >= 0 !== x[i - 1] >= 0) crossings++;
  }
  const rms = Math.sqrt(squares / n);
  const meanMagnitude = magnitudes / n;
  let cubes = 0;
  let fourths = 0;
  // Powers of x/rms, not of x: x^4 of a quiet sensor would drown in the floor.
  const gain = 1 / (rms + floor);
  for (let i = 0; i < n; i++) {
    const y = x[i] * gain;
    const y2 = y * y;
    cubes += y2 * y;
    fourths += y2 * y2;
  }
  const sd1 = differenceDeviation(x, 1);
  const mobility = sd1 / (rms + floor);
  out[at] = safeLog(rms);
  out[at + 1] = safeLog(peak);
  out[at + 2] = safeLog(fourths / n);
  out[at + 3] = Math.min(Math.max(cubes / n, -5), 5);
  out[at + 4] = safeLog(peak / (rms + floor));
  out[at + 5] = safeLog(rms / (meanMagnitude + floor));
  out[at + 6] = safeLog(peak / (meanMagnitude + floor));
  out[at + 7] = crossings / (n - 1);
  out[at + 8] = safeLog(mobility);
  out[at + 9] = safeLog(differenceDeviation(x, 2) / (sd1 + floor) / (mobility + floor));
}

/** Standard deviation (over n) of the first or second differences of x. */
function differenceDeviation(x: Float64Array, order: 1 | 2): number {
  const last = x.length - 1;
  const n = x.length - order;
  // Differences telescope, so their mean is known beforehand and one pass does not cancel.
  const mean = (order === 1 ? x[last] - x[0] : x[last] - x[last - 1] - x[1] + x[0]) / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const step = order === 1 ? x[i + 1] - x[i] : x[i + 2] - 2 * x[i + 1] + x[i];
    squares += (step - mean) * (step - mean);
  }
  return Math.sqrt(squares / n);
}
