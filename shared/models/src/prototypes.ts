// A prototypical network (Snell et al., NeurIPS 2017) as a residual head. With embeddings e = tanh(f w1 + b1), the gain times
// |e - normal|^2 - |e - anomaly|^2 is linear in e, so a network that is adapted to a device is a head whose last layer is
// w2 = 2 gain (anomaly - normal), b2 = gain (|normal|^2 - |anomaly|^2): scoring needs nothing new.
import type { HeadParameters, Prototypes } from '@tocsin/schemas';
import { headForward } from './head.ts';
import type { HeadSupport } from './inner-step.ts';

/**
 * The head of a device: each prototype is the mean of the embeddings of the support's windows of its kind and of the fleet's prototype,
 * which counts as `weight` windows. An empty support gives the fleet's own.
 */
export function prototypeHead(head: HeadParameters, prototypes: Prototypes, support: HeadSupport): HeadParameters {
  const { normal: centre, anomaly: fault } = adaptedPrototypes(head, prototypes, support);
  const { gain } = prototypes;
  const w2 = fault.map((value, h) => 2 * gain * (value - centre[h]));
  const b2 = gain * (squared(centre) - squared(fault));
  return { hidden: head.hidden, w1: head.w1, b1: head.b1, w2, b2, a: head.a, c: head.c };
}

/** The prototypes of a device. */
export function adaptedPrototypes(
  head: HeadParameters,
  { normal, anomaly, weight }: Prototypes,
  { supportInputs, supportBase, anomalyInputs, anomalyBase }: HeadSupport,
): Pick<Prototypes, 'normal' | 'anomaly'> {
  return {
    normal: centroid(head, supportInputs, supportBase, normal, weight),
    anomaly: centroid(head, anomalyInputs ?? new Float64Array(0), anomalyBase ?? new Float64Array(0), anomaly, weight),
  };
}

function centroid(
  head: HeadParameters,
  inputs: Float64Array,
  base: Float64Array,
  prior: Float64Array,
  weight: number,
): Float64Array {
  const sum = prior.map((value) => weight * value);
  const activations = new Float64Array(head.hidden);
  for (let row = 0; row < base.length; row++) {
    headForward(head, inputs, base[row], row, activations);
    for (let h = 0; h < head.hidden; h++) sum[h] += activations[h];
  }
  return sum.map((value) => value / (base.length + weight));
}

function squared(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
