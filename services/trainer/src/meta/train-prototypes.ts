// Meta-trains a prototypical head: episodes as for the other heads, and no inner loop at all.
import { flattenHead, prototypeHead, unflattenHead, type HeadEpisode } from '@tocsin/models';
import type { Prototypes } from '@tocsin/schemas';
import { normal, sample, type Random } from '../random.ts';
import { adam } from './adam.ts';
import type { OnStep, OuterPlan } from './outer-plan.ts';
import { addPrototypeGradient, emptyPrototypeGradient } from './prototype-gradient.ts';
import type { Head } from './fresh-head.ts';

/** The fleet's prototypes count as so many windows beside a device's own. */
const weight = 2;
const gainStart = 0.1;

/**
 * Takes `plan.steps` outer steps from `start` (w2 and b2 do not matter) on `plan.tasks` of the episodes of `pool` each. The head that
 * comes back has `prototypes`, no inner steps, and the last layer of a device without support. Throws where it is not finite.
 */
export function trainPrototypes(
  start: Head,
  pool: readonly HeadEpisode[],
  plan: OuterPlan,
  random: Random,
  onStep: OnStep = () => {},
): Head {
  const { hidden } = start;
  const optimise = adam(plan);
  const small = (): Float64Array => Float64Array.from({ length: hidden }, () => 0.1 * normal(random));
  let head: Head = { ...start, innerSteps: 0 };
  let prototypes: Prototypes = { normal: small(), anomaly: small(), gain: gainStart, weight };
  for (let step = 0; step < plan.steps; step++) {
    const startedMs = performance.now();
    const gradient = emptyPrototypeGradient(head);
    const tasks = sample(random, pool, plan.tasks);
    let loss = 0;
    for (const episode of tasks)
      loss += addPrototypeGradient(head, prototypes, episode, 1 / tasks.length, gradient) / tasks.length;
    head.w1.forEach((value, i) => (gradient.head.w1[i] += 2 * plan.weightDecay * value));
    const slopes = packed(flattenHead({ hidden, ...gradient.head }), gradient);
    const moved = optimise(packed(flattenHead(head), { ...prototypes, gain: Math.log(prototypes.gain) }), slopes);
    ({ head, prototypes } = unpacked(moved, head));
    onStep(loss, (performance.now() - startedMs) / 1000);
  }
  const last = prototypeHead(head, prototypes, { supportInputs: new Float64Array(0), supportBase: new Float64Array(0) });
  const trained = { ...head, ...last, prototypes };
  if (!flattenHead(trained).every(Number.isFinite)) throw new Error('prototypes: training diverged; are all windows finite?');
  return trained;
}

function packed(head: Float64Array, { normal: centre, anomaly, gain }: Omit<Prototypes, 'weight'>): Float64Array {
  return Float64Array.of(...head, ...centre, ...anomaly, gain);
}

function unpacked(parameters: Float64Array, head: Head): { head: Head; prototypes: Prototypes } {
  const { hidden } = head;
  const from = parameters.length - 2 * hidden - 1;
  return {
    head: { ...head, ...unflattenHead(parameters.slice(0, from), hidden) },
    prototypes: {
      normal: parameters.slice(from, from + hidden),
      anomaly: parameters.slice(from + hidden, from + 2 * hidden),
      gain: Math.exp(parameters[from + 2 * hidden]),
      weight,
    },
  };
}
