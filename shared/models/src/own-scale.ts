// A detector in a device's own scale: distance to its nearest support windows (Ramaswamy et al., SIGMOD 2000; mean over neighbours
// as in Angiulli & Pizzuti, PKDD 2002). For devices far steadier than their fleet, where a shared variance hides faults.
import type { Regimes } from '@tocsin/schemas';
import { mapWindow } from './regimes.ts';

/** Support windows of a device in units of its own deviations, and the scratch that makes scoring free of allocation. */
export type OwnScale = {
  /** What a feature is multiplied by, `[d]`; 0 for one that does not vary in the fleet. */
  gain: Float64Array;
  /** Scaled windows, `[n][d]`, n >= 2. */
  rows: Float64Array;
  scratch: { z: Float64Array; nearest: Int32Array; distances: Float64Array };
};

const neighbours = 3;
/** As of the shared score, so that a window exactly as one before has as low a score in both. */
const scoreFloor = 1e-4;

/** Null under two windows: they say nothing of a device's own scale. `reservoir` are raw windows, `[n][d]`. */
export function ownScale(gain: Float64Array, reservoir: Float32Array, regimes: Regimes | undefined): OwnScale | null {
  const d = gain.length;
  const n = reservoir.length / d;
  if (n < 2) return null;
  const rows = new Float64Array(n * d);
  const mapped = new Float32Array(d);
  for (let k = 0; k < n; k++) {
    const raw = reservoir.subarray(k * d, (k + 1) * d);
    const x = regimes === undefined ? raw : mapWindow(regimes, raw, mapped);
    for (let j = 0; j < d; j++) rows[k * d + j] = x[j] * gain[j];
  }
  const count = Math.min(neighbours, n);
  const scratch = { z: new Float64Array(d), nearest: new Int32Array(count), distances: new Float64Array(count) };
  return { gain, rows, scratch };
}

/**
 * ln(1/(3 d) sum of squared distances to the three nearest rows + 1e-4), or to as many as there are. `features` (`[d]`) as the
 * regimes map them. NaN where a feature that counts is not finite.
 */
export function ownScaleScore(own: OwnScale, features: Float32Array): number {
  findNearest(own, features);
  const { distances } = own.scratch;
  let sum = 0;
  for (let i = 0; i < distances.length; i++) sum += distances[i];
  return Number.isFinite(sum) ? Math.log(sum / (distances.length * features.length) + scoreFloor) : Number.NaN;
}

/** What each feature adds to the sum of those squared distances, `[d]`. */
export function ownScaleParts(own: OwnScale, features: Float32Array): Float64Array {
  findNearest(own, features);
  const { gain, rows } = own;
  const { z, nearest } = own.scratch;
  const d = gain.length;
  return z.map((value, j) => nearest.reduce((sum, row) => sum + (value - rows[row * d + j]) ** 2, 0));
}

/** Fills the scratch with the scaled window and its nearest rows, nearest first. */
function findNearest({ gain, rows, scratch: { z, nearest, distances } }: OwnScale, features: Float32Array): void {
  const d = gain.length;
  for (let j = 0; j < d; j++) z[j] = gain[j] === 0 ? 0 : features[j] * gain[j];
  distances.fill(Infinity);
  const last = distances.length - 1;
  for (let at = 0, row = 0; at < rows.length; at += d, row++) {
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const difference = z[j] - rows[at + j];
      sum += difference * difference;
    }
    if (!(sum < distances[last])) continue;
    let place = last;
    for (; place > 0 && distances[place - 1] > sum; place--) {
      distances[place] = distances[place - 1];
      nearest[place] = nearest[place - 1];
    }
    distances[place] = sum;
    nearest[place] = row;
  }
}
