// How much a window is like windows that operators have spoken of (METHOD D, "own labels without a head"): the cosine of
// weighted deviations. Like a labelled anomaly adds to the score; like a window called normal is not held against the device.
import type { DeviceModel } from './device-model.ts';
import { mapWindow } from './regimes.ts';

/** Labelled windows as the model of their device sees them now. */
export type Likeness = {
  /** Unit vectors q / |q|, `[d]` each. */
  anomalies: readonly Float64Array[];
  normals: readonly { direction: Float64Array; score: number }[];
  /** METHOD's eta: what a cosine of 1 adds to the score. */
  eta: number;
  /** The cosine counts from here on: more alike than any of the device's own support windows is, and at least .5. */
  bound: number;
};

const leastBound = 0.5;
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

/**
 * Windows as the model sees them: `anomalies` and `normals` raw, `[d]` each; `score` is the score without any label (it leaves
 * u in the scratch). `support` are the device's own raw windows, `[K][d]`: no share larger than 1/(K + 1) of further windows
 * like them passes the bound, so the p-values of normal windows keep their meaning.
 */
export function createLikeness(
  model: DeviceModel,
  support: Float32Array,
  anomalies: readonly Float32Array[],
  normals: readonly Float32Array[],
  score: (features: Float32Array) => number,
): Likeness {
  const directionOf = (features: Float32Array): Float64Array => {
    deviate(model, features);
    return likenessDirection(model);
  };
  const known = anomalies.map(directionOf);
  let bound = leastBound;
  const { d } = model.initialisation;
  if (known.length > 0) {
    for (let at = 0; at < support.length; at += d)
      bound = Math.max(bound, nearest(known, directionOf(support.subarray(at, at + d))));
  }
  return {
    anomalies: known,
    normals: normals.map((features) => ({ score: score(features), direction: directionOf(features) })),
    eta: known.length > 2 ? 2 : 1,
    bound,
  };
}

/** eta max_l cos(q(x), q(a_l)) where that cosine is over the bound, else 0. `direction` is of the window at hand. */
export function anomalyTerm({ anomalies, eta, bound }: Likeness, direction: Float64Array): number {
  const cosine = nearest(anomalies, direction);
  return cosine > bound ? eta * cosine : 0;
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

function nearest(directions: readonly Float64Array[], to: Float64Array): number {
  let most = -1;
  for (const direction of directions) most = Math.max(most, cosineOf(direction, to));
  return most;
}

function cosineOf(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < one.length; j++) sum += one[j] * other[j];
  return sum;
}
