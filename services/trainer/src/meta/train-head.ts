// Outer loop: meta-trains a residual head on episodes until its steps are used up.
import { flattenHead, unflattenHead, type HeadEpisode } from '@tocsin/models';
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { normal, sample, type Random } from '../random.ts';
import { adam } from './adam.ts';
import { episodeBatch, taskOf } from './episode-batch.ts';
import { metaGradient } from './maml.ts';
import type { OuterPlan } from './outer-plan.ts';

/** A head and how it is adapted. */
export type Head = HeadParameters & HeadPlan;

export type OnStep = (loss: number, seconds: number) => void;

const headPlan: HeadPlan = { innerSteps: 5, innerRate: 0.5 };
const hidden = 16;

/**
 * A head that changes nothing much yet: the closed-form score passes (a = 1, c = 0), hidden weights are of Xavier size and
 * the last layer a tenth of it.
 */
export function freshHead(d: number, random: Random): Head {
  const spread = Math.sqrt(2 / (3 * d + hidden));
  return {
    ...headPlan,
    hidden,
    w1: Float64Array.from({ length: 3 * d * hidden }, () => spread * normal(random)),
    b1: new Float64Array(hidden),
    w2: Float64Array.from({ length: hidden }, () => 0.1 * Math.sqrt(2 / (hidden + 1)) * normal(random)),
    b2: 0,
    a: 1,
    c: 0,
  };
}

/**
 * Takes `plan.steps` outer steps from `start`, each on `plan.tasks` of `plan.pool` episodes drawn beforehand. `onStep` hears
 * the loss of each and the seconds it took.
 */
export async function trainHead(
  start: Head,
  draw: () => HeadEpisode,
  plan: OuterPlan,
  random: Random,
  onStep: OnStep,
): Promise<Head> {
  const pool = Array.from({ length: plan.pool }, () => taskOf(draw()));
  const optimise = adam(plan);
  let head = start;
  for (let step = 0; step < plan.steps; step++) {
    const startedMs = performance.now();
    const batch = episodeBatch(sample(random, pool, plan.tasks));
    const { loss, gradient } = await metaGradient(head, batch, plan.weightDecay);
    head = { ...start, ...unflattenHead(optimise(flattenHead(head), flattenHead(gradient)), start.hidden) };
    onStep(loss, (performance.now() - startedMs) / 1000);
  }
  return head;
}
