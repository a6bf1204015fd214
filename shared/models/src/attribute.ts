// Why a window scored as it did: the closed-form score taken apart into its features.
import type { Contribution, FeatureSpec } from '@tocsin/schemas';
import type { DeviceModel } from './device-model.ts';
import { ownScaleParts } from './own-scale.ts';
import { rawFeature, regimeOf } from './regimes.ts';
import { closedFormScore } from './score.ts';

/**
 * The `top` features with the largest shares, largest first. A feature's own term w2 u_j^2 is its own; a whitened term
 * w1 b_i^2, with b_i = sum_j u_j V_ji, is split over the features that push b_i in its own direction, in proportion to
 * |u_j V_ji| (features that push against it get nothing, so no share is negative). Shares of all features add up to 1; a
 * window exactly as expected has equal shares. Squared distances of an own part are each feature's own; the shares of both parts are
 * weighed as their scores are. A head's residual is not attributed.
 * `actual` and `expected` are in the feature's unit, the latter under the regime that the window is of, `deviation` in the device's standard deviations.
 */
export function attribute(model: DeviceModel, features: Float32Array, spec: FeatureSpec, top = 8): Contribution[] {
  const { d, location, scale, regimes } = model.initialisation;
  closedFormScore(model, features);
  const expected = (j: number): number => {
    const value = location[j] + scale[j] * model.mean[j];
    if (regimes === undefined) return value;
    return regimes.usual[j] === 0 ? features[j] : rawFeature(regimes, regimeOf(regimes, features), value, j);
  };
  const shares = withOwnShares(model, features, featureShares(model));
  const order = Array.from({ length: d }, (_, j) => j).toSorted((one, two) => shares[two] - shares[one] || one - two);
  return order.slice(0, top).map((j) => ({
    feature: spec.elements[j].name,
    channel: spec.elements[j].channel,
    share: shares[j],
    actual: features[j],
    expected: expected(j),
    deviation: model.scratch.u[j],
  }));
}

/** Shares `[d]`, >= 0, of the window whose u and b are in the model's scratch. */
function featureShares(model: DeviceModel): Float64Array {
  const { d, whitening, omega } = model.initialisation;
  const { u, b } = model.scratch;
  const parts = new Float64Array(d);
  for (let j = 0; j < d; j++) parts[j] = (u[j] > 0 ? omega[2 * d + j] : omega[3 * d + j]) * u[j] * u[j];
  for (let i = 0; i < d; i++) {
    const term = (b[i] > 0 ? omega[i] : omega[d + i]) * b[i] * b[i];
    let along = 0;
    for (let j = 0; j < d; j++) along += Math.max(0, Math.sign(b[i]) * u[j] * whitening[j * d + i]);
    if (along === 0) continue;
    for (let j = 0; j < d; j++) parts[j] += (term * Math.max(0, Math.sign(b[i]) * u[j] * whitening[j * d + i])) / along;
  }
  return normalised(parts);
}

/** `shared` shares of a closed-form score and those of the own part, in proportion. Needs the mapped window in the scratch. */
function withOwnShares(
  { own, initialisation, scratch }: DeviceModel,
  features: Float32Array,
  shared: Float64Array,
): Float64Array {
  if (own === null || initialisation.own === undefined) return shared;
  const { share } = initialisation.own;
  const parts = normalised(ownScaleParts(own, initialisation.regimes === undefined ? features : scratch.mapped));
  return shared.map((value, j) => (1 - share) * value + share * parts[j]);
}

/** Parts >= 0 as shares that add up to 1; equal ones where there is nothing to share. */
function normalised(parts: Float64Array): Float64Array {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return total > 0 ? parts.map((part) => part / total) : parts.fill(1 / parts.length);
}
