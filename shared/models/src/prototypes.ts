// A prototypical network (Snell et al., NeurIPS 2017) as a residual head. With embeddings e = tanh(f w1 + b1), the gain times
// |e - normal|^2 - |e - anomaly|^2 is linear in e, so a network that is adapted to a device is a head whose last layer is
// w2 = 2 gain (anomaly - normal), b2 = gain (|normal|^2 - |anomaly|^2): scoring needs nothing new.
import type { HeadParameters, Prototypes } from '@tocsin/schemas';
import { forwardRows } from './head.ts';
import type { HeadSupport } from './inner-step.ts';

/** Embeddings of a support's normals and anomalies, `[K][hidden]` and `[L][hidden]`. */
export type EmbeddedSupport = { normals: Float64Array; anomalies: Float64Array };

const none = new Float64Array(0);

/**
 * The head of a device: each prototype is the mean of the embeddings of the support's windows of its kind and of the fleet's prototype,
 * which counts as `weight` windows. An empty support gives the fleet's own.
 */
export function prototypeHead(head: HeadParameters, prototypes: Prototypes, support: HeadSupport): HeadParameters {
  return headOfPrototypes(head, prototypes.gain, adaptedPrototypes(prototypes, embedded(head, support)));
}

export function embedded(
  head: HeadParameters,
  { supportInputs, supportBase, anomalyInputs = none, anomalyBase = none }: HeadSupport,
): EmbeddedSupport {
  return {
    normals: forwardRows(head, supportInputs, supportBase).activations,
    anomalies: forwardRows(head, anomalyInputs, anomalyBase).activations,
  };
}

/** The prototypes of a device. */
export function adaptedPrototypes(
  { normal, anomaly, weight }: Prototypes,
  { normals, anomalies }: EmbeddedSupport,
): Pick<Prototypes, 'normal' | 'anomaly'> {
  return { normal: centroid(normals, normal, weight), anomaly: centroid(anomalies, anomaly, weight) };
}

/** The head that tells windows by how much nearer they are to one prototype than to the other. */
export function headOfPrototypes(
  head: HeadParameters,
  gain: number,
  { normal: centre, anomaly: fault }: Pick<Prototypes, 'normal' | 'anomaly'>,
): HeadParameters {
  const w2 = fault.map((value, h) => 2 * gain * (value - centre[h]));
  const b2 = gain * (squared(centre) - squared(fault));
  return { hidden: head.hidden, w1: head.w1, b1: head.b1, w2, b2, a: head.a, c: head.c };
}

function centroid(embeddings: Float64Array, prior: Float64Array, weight: number): Float64Array {
  const hidden = prior.length;
  const sum = prior.map((value) => weight * value);
  for (let at = 0; at < embeddings.length; at++) sum[at % hidden] += embeddings[at];
  return sum.map((value) => value / (embeddings.length / hidden + weight));
}

function squared(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
