// Mahalanobis distance with a Ledoit-Wolf covariance of the support windows.
import { shrunkCovariance, type Learner } from '@tocsin/models';
import { cholesky, solveLower } from './cholesky.ts';
import { scratchLearner, type FitDevice } from './scratch-learner.ts';

/** Least variance of a direction, as a share of the mean variance. */
const ridge = 1e-4;
const floor = 1e-9;

/** ln of the squared distance per feature; a support without any spread gives plain distance. */
export const mahalanobis: FitDevice = (support, d) => {
  const n = support.length / d;
  const centre = new Float64Array(d);
  for (let at = 0; at < support.length; at++) centre[at % d] += support[at] / n;
  const covariance = shrunkCovariance(
    support.map((value, at) => value - centre[at % d]),
    n,
    d,
  );
  let variance = 0;
  for (let j = 0; j < d; j++) variance += covariance[j * d + j] / d;
  for (let j = 0; j < d; j++) covariance[j * d + j] += variance > 0 ? ridge * variance : 1;
  const root = cholesky(covariance, d);
  const rest = new Float64Array(d);
  return (z) => {
    for (let j = 0; j < d; j++) rest[j] = z[j] - centre[j];
    solveLower(root, rest, d);
    let sum = 0;
    for (let j = 0; j < d; j++) sum += rest[j] * rest[j];
    return Math.log(sum / d + floor);
  };
};

export function ledoitWolf(scale: 'fleet' | 'own'): Learner {
  return scratchLearner({ name: `lw-${scale}`, scale, supportMin: 1, isRandom: false, fitDevice: mahalanobis });
}
