// Ten statistics of a vibration window in the time domain. Knows nothing of frequency except zero crossings.
import type { FeatureBlock } from './feature-block.ts';
import { floor, safeLog } from './safe-log.ts';

const block = 'time';

/**
 * The ten statistics of METHOD for zero-mean x of n samples, with rms = sqrt(mean x^2) and sd1, sd2 the standard deviations of
 * the first and second differences: ln rms, ln peak = ln max|x|, ln kurtosis = ln mean x^4/rms^4, skew = mean x^3/rms^3 held to
 * +-5, ln crest = ln peak/rms, ln shape factor = ln rms/mean|x|, ln impulse factor = ln peak/mean|x|, zero crossings per step, and
 * Hjorth's ln mobility = ln sd1/rms and ln complexity = ln (sd2/sd1)/mobility (Electroenceph. clin. Neurophysiol. 29, 1970).
 * All but rms and peak do not depend on the gain. Every level inside a logarithm carries 1e-12, so a constant window is finite: its
 * rms and peak are -27.6 and its ratios those of a square wave, ln 1.
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
  let magnitudes = 0;
  let squares = 0;
  let cubes = 0;
  let fourths = 0;
  let peak = 0;
  let crossings = 0;
  for (let i = 0; i < n; i++) {
    const magnitude = Math.abs(x[i]);
    const square = x[i] * x[i];
    magnitudes += magnitude;
    squares += square;
    cubes += square * x[i];
    fourths += square * square;
    if (magnitude > peak) peak = magnitude;
    if (i > 0 && x[i] >= 0 !== x[i - 1] >= 0) crossings++;
  }
  const rms = Math.sqrt(squares / n);
  const lnRms = safeLog(rms);
  const lnPeak = safeLog(peak);
  const lnMagnitude = safeLog(magnitudes / n);
  const lnSd1 = safeLog(differenceDeviation(x, 1));
  out[at] = lnRms;
  out[at + 1] = lnPeak;
  // The fourth root is a level like rms, so that both carry the same floor.
  out[at + 2] = 4 * (safeLog((fourths / n) ** 0.25) - lnRms);
  out[at + 3] = Math.min(Math.max(cubes / n / (rms + floor) ** 3, -5), 5);
  out[at + 4] = lnPeak - lnRms;
  out[at + 5] = lnRms - lnMagnitude;
  out[at + 6] = lnPeak - lnMagnitude;
  out[at + 7] = crossings / (n - 1);
  out[at + 8] = lnSd1 - lnRms;
  out[at + 9] = safeLog(differenceDeviation(x, 2)) - 2 * lnSd1 + lnRms;
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
