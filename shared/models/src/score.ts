// The score of a window (METHOD B and D): the hot path, which allocates nothing, and the same for many windows at once.
import type { HeadParameters } from '@tocsin/schemas';
import { addProduct, transposed } from './add-product.ts';
import type { DeviceModel } from './device-model.ts';
import { fillHeadInputs } from './head-inputs.ts';
import { headForward } from './head.ts';
import { ownScaleScore } from './own-scale.ts';
import { mapWindow } from './regimes.ts';

/** Added before the logarithm, so that a window exactly as expected has the score ln(1e-4). */
const scoreFloor = 1e-4;

/**
 * Score of one window of raw `features` (`[d]`), higher = more anomalous, natural log scale. Without a head the closed-form
 * score; with one the logit o = a s + c + MLP, so that scores compare across the devices of a class but not across bundles.
 * With an own part the weighted mean of that and of the own score (through the same link a s + c where there is a head).
 * A feature that is not finite gives NaN. Throws RangeError on a wrong length.
 */
export function scoreWindow(model: DeviceModel, features: Float32Array): number {
  return withOthers(model, features, closedFormScore(model, features));
}

/** Scores of many windows, to the last bit those of `scoreWindow`; faster from some ten windows on. */
export function scoreWindows(model: DeviceModel, windows: readonly Float32Array[]): Float64Array {
  const { d, whitening } = model.initialisation;
  const { scratch } = model;
  const u = new Float64Array(windows.length * d);
  const b = new Float64Array(windows.length * d);
  windows.forEach((features, k) => {
    deviate(model, features);
    u.set(scratch.u, k * d);
  });
  addProduct(b, u, transposed(whitening, d, d), windows.length, d, d);
  return Float64Array.from(windows, (features, k) => {
    deviate(model, features);
    scratch.b.set(b.subarray(k * d, (k + 1) * d));
    return withOthers(model, features, scoreOfDeviations(model));
  });
}

/** The closed-form score with the head and the own part on top, where there are any; needs the scratch of that score. */
function withOthers(model: DeviceModel, features: Float32Array, closedForm: number): number {
  const shared = model.head === null ? closedForm : logitOf(model, model.head, features, closedForm);
  const { own, head, initialisation } = model;
  if (own === null || initialisation.own === undefined) return shared;
  const { share } = initialisation.own;
  const alone = ownScaleScore(own, initialisation.regimes === undefined ? features : model.scratch.mapped);
  return (1 - share) * shared + share * (head === null ? alone : head.a * alone + head.c);
}

function logitOf(model: DeviceModel, head: HeadParameters, features: Float32Array, closedForm: number): number {
  const { inputs, activations } = model.scratch;
  fillHeadInputs(model, features, inputs);
  return headForward(head, inputs, closedForm, 0, activations);
}

/**
 * s = ln(1/(2d) sum_j [w1+ relu(b)^2 + w1- relu(-b)^2 + w2+ relu(u)^2 + w2- relu(-u)^2] + 1e-4) with u the deviations and
 * b = u V. Leaves u and b in `model.scratch`, and where the class has regimes the window as its regime maps it.
 */
export function closedFormScore(model: DeviceModel, features: Float32Array): number {
  deviate(model, features);
  whiten(model.scratch.u, model.initialisation.whitening, model.scratch.b);
  return scoreOfDeviations(model);
}

/** Leaves u, and the window as its regime maps it, in the scratch. */
function deviate({ initialisation: { d, regimes }, gain, offset, scratch }: DeviceModel, features: Float32Array): void {
  if (features.length !== d) throw new RangeError(`features: ${features.length} values, expected ${d} as in the initialisation`);
  const { u, mapped } = scratch;
  const x = regimes === undefined ? features : mapWindow(regimes, features, mapped);
  for (let j = 0; j < d; j++) u[j] = x[j] * gain[j] - offset[j];
}

/** The closed-form score of the u and b in the scratch. */
function scoreOfDeviations({ initialisation: { d, omega }, scratch: { u, b } }: DeviceModel): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    sum += (b[j] > 0 ? omega[j] : omega[d + j]) * b[j] * b[j];
    sum += (u[j] > 0 ? omega[2 * d + j] : omega[3 * d + j]) * u[j] * u[j];
  }
  return Number.isFinite(sum) ? Math.log(sum / (2 * d) + scoreFloor) : Number.NaN;
}

/** b = u V, four rows of V at a time: b is read and written a quarter as often. Terms are added in order. */
function whiten(u: Float64Array, whitening: Float64Array, b: Float64Array): void {
  const d = u.length;
  const whole = d - (d % 4);
  b.fill(0);
  for (let j = 0; j < whole; j += 4) {
    const u0 = u[j];
    const u1 = u[j + 1];
    const u2 = u[j + 2];
    const u3 = u[j + 3];
    const row = j * d;
    for (let i = 0; i < d; i++) {
      const at = row + i;
      b[i] = b[i] + u0 * whitening[at] + u1 * whitening[at + d] + u2 * whitening[at + 2 * d] + u3 * whitening[at + 3 * d];
    }
  }
  for (let j = whole; j < d; j++) {
    for (let i = 0; i < d; i++) b[i] += u[j] * whitening[j * d + i];
  }
}
