// How much a window is like windows that operators have spoken of ("own labels without a head"). Nearer to a labelled anomaly than to
// what is expected of the device adds to the score; like a window called normal is not held against the device.
import type { HeadPlan } from '@tocsin/schemas';
import type { DeviceModel } from './device-model.ts';
import { mapWindow } from './regimes.ts';

/** Labelled windows as the model of their device sees them now. */
export type Likeness = {
  /** Places of labelled anomalies, `[2d]` each: weighted signed logarithms of u and of b. */
  anomalies: readonly Float64Array[];
  normals: readonly { direction: Float64Array; score: number }[];
  /** The logarithm of the ratio counts from here on: more than any of the device's own support windows has, and at least 0. */
  bound: number;
  scratch: Float64Array;
};

/** How much a logarithm of the ratio of squared distances adds to the score, and what is added to both distances per feature. */
const eta = 0.5;
const distanceFloor = 1;
const normalBound = 0.5;

/** Direction of the window whose deviations u lie in `model.scratch`: q = slog(u) sqrt(mean(w2+, w2-)), of length 1 or 0. */
export function likenessDirection(model: DeviceModel, into = new Float64Array(model.mean.length)): Float64Array {
  const { d, omega } = model.initialisation;
  const { u } = model.scratch;
  let squares = 0;
  for (let j = 0; j < d; j++) {
    const size = Math.log1p(Math.abs(u[j])) * Math.sqrt((omega[2 * d + j] + omega[3 * d + j]) / 2);
    into[j] = u[j] < 0 ? -size : size;
    squares += size * size;
  }
  if (squares > 0) for (let j = 0; j < d; j++) into[j] /= Math.sqrt(squares);
  return into;
}

/** Whether labelled anomalies teach a head of this plan; else they speak through their likeness. */
export function hearsAnomalies(head: HeadPlan | null): boolean {
  return head !== null && (head.innerSteps > 0 || head.prototypes !== undefined);
}

/**
 * Windows as the model sees them: `anomalies` and `normals` raw, `[d]` each; `score` is the score without any label (it leaves
 * u and b in the scratch). `support` are the device's own raw windows, `[K][d]`: no share larger than 1/(K + 1) of further windows
 * like them passes the bound, so the p-values of normal windows keep their meaning.
 */
export function createLikeness(
  model: DeviceModel,
  support: Float32Array,
  anomalies: readonly Float32Array[],
  normals: readonly Float32Array[],
  score: (features: Float32Array) => number,
): Likeness {
  const { d } = model.initialisation;
  const known = anomalies.map((features) => {
    score(features);
    return fillPlace(model, new Float64Array(2 * d));
  });
  const scratch = new Float64Array(2 * d);
  let bound = 0;
  if (known.length > 0) {
    for (let at = 0; at < support.length; at += d) {
      score(support.subarray(at, at + d));
      bound = Math.max(bound, logRatio(known, fillPlace(model, scratch)));
    }
  }
  const directionOf = (features: Float32Array): Float64Array => {
    deviate(model, features);
    return likenessDirection(model);
  };
  const heard = normals.map((features) => ({ score: score(features), direction: directionOf(features) }));
  return { anomalies: known, normals: heard, bound, scratch };
}

/**
 * What labelled anomalies add to the score of the window whose u and b lie in `model.scratch`: eta (r - bound) where positive, with
 * r = ln((|e|^2/d + 1) / (min_l |e - a_l|^2/d + 1)), e the window's place and a_l those of the anomalies: how much nearer it is to one of
 * them than to the device's expectation, on a logarithmic scale. Allocates nothing.
 */
export function anomalyTerm({ anomalies, bound, scratch }: Likeness, model: DeviceModel): number {
  if (anomalies.length === 0) return 0;
  return eta * Math.max(0, logRatio(anomalies, fillPlace(model, scratch)) - bound);
}

/** Highest score of those windows called normal that this one is like (cosine over .5); -Infinity for none. */
export function likeNormal({ normals }: Likeness, direction: Float64Array): number {
  let highest = -Infinity;
  for (const normal of normals)
    if (cosineOf(normal.direction, direction) > normalBound) highest = Math.max(highest, normal.score);
  return highest;
}

function deviate({ initialisation: { regimes }, gain, offset, scratch }: DeviceModel, features: Float32Array): void {
  const { u, mapped } = scratch;
  const x = regimes === undefined ? features : mapWindow(regimes, features, mapped);
  for (let j = 0; j < u.length; j++) u[j] = x[j] * gain[j] - offset[j];
}

/** e = [slog(u) sqrt(mean(w2+, w2-)), slog(b) sqrt(mean(w1+, w1-))] from the scratch. */
function fillPlace({ initialisation: { d, omega }, scratch: { u, b } }: DeviceModel, into: Float64Array): Float64Array {
  for (let j = 0; j < d; j++) {
    into[j] = Math.sign(u[j]) * Math.log1p(Math.abs(u[j])) * Math.sqrt((omega[2 * d + j] + omega[3 * d + j]) / 2);
    into[d + j] = Math.sign(b[j]) * Math.log1p(Math.abs(b[j])) * Math.sqrt((omega[j] + omega[d + j]) / 2);
  }
  return into;
}

function logRatio(anomalies: readonly Float64Array[], place: Float64Array): number {
  const d = place.length / 2;
  let expected = 0;
  for (let i = 0; i < place.length; i++) expected += place[i] * place[i];
  let nearest = Infinity;
  for (const anomaly of anomalies) {
    let squares = 0;
    for (let i = 0; i < place.length; i++) squares += (place[i] - anomaly[i]) * (place[i] - anomaly[i]);
    nearest = Math.min(nearest, squares);
  }
  return Math.log((expected / d + distanceFloor) / (nearest / d + distanceFloor));
}

function cosineOf(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < one.length; j++) sum += one[j] * other[j];
  return sum;
}
