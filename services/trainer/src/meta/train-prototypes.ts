// Meta-trains a prototypical head: episodes as for the other heads, and no inner loop at all.
import { flattenHead, prototypeHead, unflattenHead, type HeadEpisode } from '@tocsin/models';
import type { Prototypes } from '@tocsin/schemas';
import { normal, sample, type Random } from '../random.ts';
import { adam } from './adam.ts';
import type { Engine } from './engine.ts';
import type { Head } from './fresh-head.ts';
import type { OnStep, OuterPlan } from './outer-plan.ts';

/** The fleet's prototypes count as so many windows beside a device's own. */
const weight = 2;
const gainStart = 0.1;

/**
 * Takes `plan.steps` outer steps from `start` (w2 and b2 do not matter) on `plan.tasks` of the episodes of `pool` each. The head that
 * comes back has `prototypes`, no inner steps, and the last layer of a device without support. Throws where it is not finite.
 */
export async function trainPrototypes(
  engine: Engine,
  start: Head,
  pool: readonly HeadEpisode[],
  plan: OuterPlan,
  random: Random,
  onStep: OnStep = () => {},
): Promise<Head> {
  const { hidden } = start;
  const optimise = adam(plan);
  const at = [...pool.keys()];
  const small = (): Float64Array => Float64Array.from({ length: hidden }, () => 0.1 * normal(random));
  const [w1, normals, anomalies] = [start.w1.length, small(), small()];
  let parameters = Float64Array.of(...flattenHead(start), ...normals, ...anomalies, Math.log(gainStart));
  const episodes = engine.prototypes({ hidden, weight }, pool);
  try {
    for (let step = 0; step < plan.steps; step++) {
      const startedMs = performance.now();
      const { loss, slopes } = await episodes.slopes(parameters, sample(random, at, plan.tasks));
      for (let i = 0; i < w1; i++) slopes[i] += 2 * plan.weightDecay * parameters[i];
      parameters = Float64Array.from(optimise(parameters, slopes));
      onStep(loss, (performance.now() - startedMs) / 1000);
    }
  } finally {
    episodes.dispose();
  }
  if (!parameters.every(Number.isFinite)) throw new Error('prototypes: training diverged; are all windows finite?');
  const { head, prototypes } = unpacked(parameters, hidden);
  const last = prototypeHead(head, prototypes, { supportInputs: new Float64Array(0), supportBase: new Float64Array(0) });
  return { ...start, ...last, innerSteps: 0, prototypes };
}

function unpacked(parameters: Float64Array, hidden: number): { head: ReturnType<typeof unflattenHead>; prototypes: Prototypes } {
  const from = parameters.length - 2 * hidden - 1;
  return {
    head: unflattenHead(parameters.slice(0, from), hidden),
    prototypes: {
      normal: parameters.slice(from, from + hidden),
      anomaly: parameters.slice(from + hidden, from + 2 * hidden),
      gain: Math.exp(parameters[from + 2 * hidden]),
      weight,
    },
  };
}
