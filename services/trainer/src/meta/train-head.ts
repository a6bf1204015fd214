// Outer loop: meta-trains a residual head on episodes until its steps are used up.
import { flattenHead, unflattenHead, type HeadEpisode } from '@tocsin/models';
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { normal, type Random } from '../random.ts';
import { adam } from './adam.ts';
import { episodeBatch } from './episode-batch.ts';
import { metaGradient } from './maml.ts';

export type OuterPlan = {
  /** Outer steps. */
  steps: number;
  /** Episodes per outer step. */
  tasks: number;
  rate: number;
  weightDecay: number;
  clipNorm: number;
};

/** METHOD D; the study used 150 steps, 400 from 20 devices on. */
export const outerPlan: OuterPlan = { steps: 150, tasks: 8, rate: 3e-3, weightDecay: 3e-3, clipNorm: 5 };
export const headPlan: HeadPlan = { innerSteps: 5, innerRate: 0.5 };
export const hiddenUnits = 16;

/**
 * A head that changes nothing much yet: the closed-form score passes (a = 1, c = 0), hidden weights are of Xavier size and
 * the last layer a tenth of it.
 */
export function freshHead(d: number, random: Random, hidden = hiddenUnits): HeadParameters {
  const spread = Math.sqrt(2 / (3 * d + hidden));
  return {
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
 * Takes `plan.steps` outer steps from `start`, each on `plan.tasks` episodes of `draw`. Returns the trained head and the
 * loss of every step; `onStep` hears of each one.
 */
export async function trainHead(
  start: HeadParameters & HeadPlan,
  draw: () => HeadEpisode,
  plan: OuterPlan,
  onStep: (loss: number) => void = () => {},
): Promise<{ head: HeadParameters & HeadPlan; losses: number[] }> {
  const { hidden, innerSteps, innerRate } = start;
  const optimise = adam(plan);
  const losses: number[] = [];
  let head = start;
  for (let step = 0; step < plan.steps; step++) {
    const batch = episodeBatch(Array.from({ length: plan.tasks }, draw));
    const { loss, gradient } = await metaGradient(head, batch, plan.weightDecay);
    head = { ...unflattenHead(optimise(flattenHead(head), flattenHead(gradient)), hidden), innerSteps, innerRate };
    losses.push(loss);
    onStep(loss);
  }
  return { head, losses };
}
