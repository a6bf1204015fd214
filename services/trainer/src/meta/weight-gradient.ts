// The gradient of a query's loss through the closed-form adaptation (METHOD B and C): backpropagation by hand, in float64. Knows
// no optimiser and no regularisation.
import { addProduct, sigmoid, softplus, transposed } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { WeightEpisode } from './weight-episode.ts';

/** Logit o = a s + c of a score s. */
export type Link = { a: number; c: number };

/** Slopes by ln omega (`[4d]`), ln kappa and ln nu (`[d]`), a and c. */
export type WeightGradient = { omega: Float64Array; kappa: Float64Array; nu: Float64Array; a: number; c: number };

export const scoreFloor = 1e-4;
/** Keeps a device whose support does not vary at all from dividing by nothing. */
export const varianceMin = 1e-9;

export function emptyWeightGradient(d: number): WeightGradient {
  return { omega: new Float64Array(4 * d), kappa: new Float64Array(d), nu: new Float64Array(d), a: 0, c: 0 };
}

/**
 * Adds the slopes of one episode's loss, mean softplus(o(normals)) + mean softplus(-o(anomalies)), times `share`, to `gradient`;
 * returns that loss, not multiplied. A side without windows contributes nothing.
 */
export function addWeightGradient(
  initialisation: Initialisation,
  link: Link,
  episode: WeightEpisode,
  share: number,
  gradient: WeightGradient,
): number {
  const { d, omega } = initialisation;
  const { labels } = episode;
  const adapted = adaptMoments(initialisation, episode);
  const deviations = deviationsOf(initialisation, adapted, episode);
  const bySum = new Float64Array(labels.length);
  const anomalies = labels.reduce((sum, label) => sum + label, 0);
  let loss = 0;
  labels.forEach((label, k) => {
    const sign = label === 1 ? -1 : 1;
    const weight = 1 / (label === 1 ? anomalies : labels.length - anomalies);
    const inside = squaredDeviation(omega, deviations, k, d) / (2 * d) + scoreFloor;
    const score = Math.log(inside);
    const logit = link.a * score + link.c;
    loss += weight * softplus(sign * logit);
    const byLogit = share * weight * sign * sigmoid(sign * logit);
    gradient.a += byLogit * score;
    gradient.c += byLogit;
    bySum[k] = (byLogit * link.a) / (2 * d * inside);
  });
  const slopes = addQueries(initialisation, adapted, deviations, bySum, gradient.omega);
  addShrinkage(initialisation, episode, adapted, slopes, gradient);
  return loss;
}

type Adapted = { mean: Float64Array; variance: Float64Array; deviation: Float64Array };
/** Deviations u of all query windows and b = u V, `[n][d]` each. */
type Deviations = { u: Float64Array; b: Float64Array };
/** Slopes by the adapted mean and variance, `[d]` each. */
type Slopes = { mean: Float64Array; variance: Float64Array };

function adaptMoments({ d, kappa, nu, scale }: Initialisation, { shots, sum, squares, m0, within }: WeightEpisode): Adapted {
  const mean = new Float64Array(d);
  const variance = new Float64Array(d).fill(1);
  const deviation = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    mean[j] = m0[j] + (sum[j] - shots * m0[j]) / (shots + kappa[j]);
    if (scale[j] > 0) {
      const scatter = scatterAt(mean[j], shots, sum[j], squares[j]) / within[j];
      variance[j] = Math.max(varianceMin, ((nu[j] + scatter) / (nu[j] + shots)) * (1 + 1 / (shots + kappa[j])));
    }
    deviation[j] = Math.sqrt(within[j] * variance[j]);
  }
  return { mean, variance, deviation };
}

function scatterAt(mean: number, shots: number, sum: number, squares: number): number {
  return Math.max(0, squares - 2 * mean * sum + shots * mean * mean);
}

function deviationsOf(
  { d, whitening, scale }: Initialisation,
  { mean, deviation }: Adapted,
  { queries }: WeightEpisode,
): Deviations {
  const u = new Float64Array(queries.length);
  for (let start = 0; start < queries.length; start += d) {
    for (let j = 0; j < d; j++) u[start + j] = scale[j] > 0 ? (queries[start + j] - mean[j]) / deviation[j] : 0;
  }
  const b = new Float64Array(queries.length);
  addProduct(b, u, transposed(whitening, d, d), queries.length / d, d, d);
  return { u, b };
}

/** The weighted sum of squares of window `k`. */
function squaredDeviation(omega: Float64Array, { u, b }: Deviations, k: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const bj = b[k * d + j];
    const uj = u[k * d + j];
    sum += (bj > 0 ? omega[j] : omega[d + j]) * bj * bj + (uj > 0 ? omega[2 * d + j] : omega[3 * d + j]) * uj * uj;
  }
  return sum;
}

/** From the slopes by the windows' sums of squares to slopes by ln omega, and by the adapted mean and variance. */
function addQueries(
  { d, omega, whitening }: Initialisation,
  { variance, deviation }: Adapted,
  { u, b }: Deviations,
  bySum: Float64Array,
  byOmega: Float64Array,
): Slopes {
  const byB = new Float64Array(u.length);
  const byU = new Float64Array(u.length);
  for (let k = 0, at = 0; k < bySum.length; k++) {
    for (let j = 0; j < d; j++, at++) {
      const onB = b[at] > 0 ? j : d + j;
      const onU = u[at] > 0 ? 2 * d + j : 3 * d + j;
      byOmega[onB] += bySum[k] * omega[onB] * b[at] * b[at];
      byOmega[onU] += bySum[k] * omega[onU] * u[at] * u[at];
      byB[at] = 2 * omega[onB] * b[at];
      byU[at] = 2 * omega[onU] * u[at];
    }
  }
  addProduct(byU, byB, whitening, bySum.length, d, d);
  const slopes = { mean: new Float64Array(d), variance: new Float64Array(d) };
  for (let k = 0, at = 0; k < bySum.length; k++) {
    for (let j = 0; j < d; j++, at++) {
      if (u[at] === 0) continue;
      slopes.mean[j] -= (bySum[k] * byU[at]) / deviation[j];
      slopes.variance[j] -= (bySum[k] * byU[at] * u[at]) / (2 * variance[j]);
    }
  }
  return slopes;
}

/** From slopes by mean and variance to slopes by ln kappa and ln nu. */
function addShrinkage(
  { d, kappa, nu, scale }: Initialisation,
  { shots, sum, squares, m0, within }: WeightEpisode,
  { mean, variance }: Adapted,
  slopes: Slopes,
  gradient: WeightGradient,
): void {
  for (let j = 0; j < d; j++) {
    if (scale[j] === 0) continue;
    const behind = shots + kappa[j];
    const meanByKappa = -(mean[j] - m0[j]) / behind;
    let byMean = slopes.mean[j];
    if (variance[j] > varianceMin) {
      const widening = 1 + 1 / behind;
      const scatter = scatterAt(mean[j], shots, sum[j], squares[j]) / within[j];
      const pooled = (nu[j] + scatter) / (nu[j] + shots);
      if (scatter > 0) byMean += (slopes.variance[j] * widening * 2 * (shots * mean[j] - sum[j])) / (within[j] * (nu[j] + shots));
      gradient.nu[j] += (slopes.variance[j] * nu[j] * widening * (1 - pooled)) / (nu[j] + shots);
      gradient.kappa[j] -= (slopes.variance[j] * kappa[j] * pooled) / (behind * behind);
    }
    gradient.kappa[j] += byMean * kappa[j] * meanByKappa;
  }
}
