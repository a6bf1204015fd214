// A detector in a device's own scale: distance to its nearest support windows (Ramaswamy et al., SIGMOD 2000). Knows of the fleet
// only how small a deviation may be believed. For devices far steadier than the fleet, where a shared variance hides faults.
import type { Initialisation } from '@tocsin/schemas';
import { mapRows, mapWindow } from './regimes.ts';

const neighbours = 3;
/** Share of the fleet's deviation below which a device's own is not believed. */
const ownFloor = 0.001;
const scoreFloor = 1e-9;

/**
 * Score of a raw window: ln of the mean squared distance per feature to the three nearest of `support` (`[K][d]` raw, K >= 1, or as
 * many as there are), every feature divided by its deviation in the support; with one window by the fleet's. Features that do not
 * vary in the fleet do not count. Allocates nothing per window.
 */
export function ownScaleScorer(initialisation: Initialisation, rawSupport: Float32Array): (features: Float32Array) => number {
  const { d, scale, within, between, regimes } = initialisation;
  const n = rawSupport.length / d;
  if (n < 1) throw new RangeError('support: no window, expected at least one');
  const mapped = new Float32Array(d);
  const support = regimes === undefined ? rawSupport : mapRows(regimes, rawSupport);
  const gain = new Float64Array(d);
  const rows = new Float64Array(n * d);
  for (let j = 0; j < d; j++) {
    if (scale[j] === 0) continue;
    const fleet = scale[j] * Math.sqrt(within[j] + between[j]);
    gain[j] = 1 / (n < 2 ? fleet : Math.max(ownDeviation(support, d, j), ownFloor * fleet));
    for (let k = 0; k < n; k++) rows[k * d + j] = support[k * d + j] * gain[j];
  }
  const count = Math.min(neighbours, n);
  const distances = new Float64Array(n);
  return (features) => {
    const x = regimes === undefined ? features : mapWindow(regimes, features, mapped);
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const difference = x[j] * gain[j] - rows[k * d + j];
        sum += difference * difference;
      }
      distances[k] = sum;
    }
    distances.sort();
    let sum = 0;
    for (let k = 0; k < count; k++) sum += distances[k];
    return Math.log(sum / (count * d) + scoreFloor);
  };
}

function ownDeviation(support: Float32Array, d: number, j: number): number {
  const n = support.length / d;
  let mean = 0;
  for (let k = 0; k < n; k++) mean += support[k * d + j] / n;
  let squares = 0;
  for (let k = 0; k < n; k++) squares += (support[k * d + j] - mean) ** 2;
  return Math.sqrt(squares / (n - 1));
}
