// Made-up anomalies (METHOD C) for classes whose devices have not failed yet. Displacements are in units of the fleet's
// `scale`, so a feature that does not vary in the fleet is never displaced.
import type { FeatureSpec } from '@tocsin/schemas';
import { integer, normal, sample, uniform, type Random } from '../random.ts';

export const anomalyKinds = ['mix', 'block', 'sparse'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/**
 * An anomalous version of the window `x` (`[d]`, raw units); `x` is left as it is. With mag = exp U(ln .7, ln 5):
 * - `mix`: a random share .3-1 of the features moves by a weight .3-1 towards `other`, a window of another device;
 * - `block`: vibration classes add mag |N(0,1)| to 2..d/5 neighbouring features; slow ones add mag N(0,1) to every
 *   feature of 1..C/4 channels;
 * - `sparse`: .7 mag N(0,1) is added to each feature with a probability of .1-.6.
 */
export function pseudoAnomaly(
  kind: AnomalyKind,
  x: Float32Array,
  other: Float32Array,
  scale: Float64Array,
  spec: FeatureSpec,
  random: Random,
): Float32Array {
  if (kind === 'mix') return mixed(x, other, random);
  const magnitude = Math.exp(uniform(random, Math.log(0.7), Math.log(5)));
  const displaced = Float32Array.from(x);
  if (kind === 'sparse') {
    const density = uniform(random, 0.1, 0.6);
    for (let j = 0; j < x.length; j++) {
      if (random() < density) displaced[j] += scale[j] * 0.7 * magnitude * normal(random);
    }
    return displaced;
  }
  for (const j of spec.kind === 'slow' ? channelElements(spec, random) : neighbours(x.length, random)) {
    const size = magnitude * normal(random);
    displaced[j] += scale[j] * (spec.kind === 'slow' ? size : Math.abs(size));
  }
  return displaced;
}

function mixed(x: Float32Array, other: Float32Array, random: Random): Float32Array {
  const share = uniform(random, 0.3, 1);
  const weight = uniform(random, 0.3, 1);
  return x.map((value, j) => (random() < share ? value + weight * (other[j] - value) : value));
}

function neighbours(d: number, random: Random): number[] {
  const length = integer(random, Math.min(2, d), Math.max(2, Math.min(d, Math.floor(d / 5))));
  const start = integer(random, 0, Math.max(0, d - length));
  return Array.from({ length: Math.min(length, d) }, (_, i) => start + i);
}

function channelElements(spec: FeatureSpec, random: Random): number[] {
  const broken = sample(random, spec.channels, integer(random, 1, Math.max(1, Math.floor(spec.channels.length / 4))));
  return spec.elements.flatMap((element, j) => (broken.includes(element.channel) ? [j] : []));
}
