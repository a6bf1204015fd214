// The gradient of a query's loss through the closed-form adaptation (METHOD B and C): backpropagation by hand, in float64. Knows
// no optimiser and no regularisation.
import { sigmoid, softplus } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { WeightEpisode } from './weight-episode.ts';

/** Logit o = a s + c of a score s. */
export type Link = { a: number; c: number };

/** Slopes by ln omega (`[4d]`), ln kappa and ln nu (`[d]`), a and c. */
export type WeightGradient = { omega: Float64Array; kappa: Float64Array; nu: Float64Array; a: number; c: number };

const scoreFloor = 1e-4;
/** Keeps a device whose support does not vary at all from dividing by nothing. */
const varianceMin = 1e-9;

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
  const { d } = initialisation;
  const { queries, labels } = episode;
  const adapted = adaptMoments(initialisation, episode);
  const slopes = { mean: new Float64Array(d), variance: new Float64Array(d) };
  const scratch = { u: new Float64Array(d), b: new Float64Array(d), byB: new Float64Array(d) };
  const anomalies = labels.reduce((sum, label) => sum + label, 0);
  let loss = 0;
  labels.forEach((label, k) => {
    const sign = label === 1 ? -1 : 1;
    const weight = 1 / (label === 1 ? anomalies : labels.length - anomalies);
    const sum = squaredDeviation(initialisation, adapted, queries, k * d, scratch);
    const inside = sum / (2 * d) + scoreFloor;
    const score = Math.log(inside);
    const logit = link.a * score + link.c;
    loss += weight * softplus(sign * logit);
    const byLogit = share * weight * sign * sigmoid(sign * logit);
    gradient.a += byLogit * score;
    gradient.c += byLogit;
    addQuery(initialisation, adapted, scratch, (byLogit * link.a) / (2 * d * inside), gradient.omega, slopes);
  });
  addShrinkage(initialisation, episode, adapted, slopes, gradient);
  return loss;
}

type Adapted = { mean: Float64Array; variance: Float64Array; deviation: Float64Array };
type Scratch = { u: Float64Array; b: Float64Array; byB: Float64Array };

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

/** The weighted sum of squares of a window; leaves u and b. */
function squaredDeviation(
  { d, omega, whitening, scale }: Initialisation,
  { mean, deviation }: Adapted,
  queries: Float64Array,
  start: number,
  { u, b }: Scratch,
): number {
  b.fill(0);
  for (let j = 0; j < d; j++) {
    u[j] = scale[j] > 0 ? (queries[start + j] - mean[j]) / deviation[j] : 0;
    const row = j * d;
    if (u[j] !== 0) for (let i = 0; i < d; i++) b[i] += u[j] * whitening[row + i];
  }
  let sum = 0;
  for (let j = 0; j < d; j++) {
    sum += (b[j] > 0 ? omega[j] : omega[d + j]) * b[j] * b[j] + (u[j] > 0 ? omega[2 * d + j] : omega[3 * d + j]) * u[j] * u[j];
  }
  return sum;
}

/** From the slope by the sum of squares to slopes by ln omega, and by the adapted mean and variance. */
function addQuery(
  { d, omega, whitening }: Initialisation,
  { variance, deviation }: Adapted,
  { u, b, byB }: Scratch,
  bySum: number,
  byOmega: Float64Array,
  slopes: { mean: Float64Array; variance: Float64Array },
): void {
  for (let i = 0; i < d; i++) {
    const at = b[i] > 0 ? i : d + i;
    byOmega[at] += bySum * omega[at] * b[i] * b[i];
    byB[i] = 2 * omega[at] * b[i];
  }
  for (let j = 0; j < d; j++) {
    if (u[j] === 0) continue;
    const at = u[j] > 0 ? 2 * d + j : 3 * d + j;
    byOmega[at] += bySum * omega[at] * u[j] * u[j];
    let byU = 2 * omega[at] * u[j];
    const row = j * d;
    for (let i = 0; i < d; i++) byU += whitening[row + i] * byB[i];
    slopes.mean[j] -= (bySum * byU) / deviation[j];
    slopes.variance[j] -= (bySum * byU * u[j]) / (2 * variance[j]);
  }
}

/** From slopes by mean and variance to slopes by ln kappa and ln nu. */
function addShrinkage(
  { d, kappa, nu, scale }: Initialisation,
  { shots, sum, squares, m0, within }: WeightEpisode,
  { mean, variance }: Adapted,
  slopes: { mean: Float64Array; variance: Float64Array },
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
