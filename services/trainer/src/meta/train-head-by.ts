// Meta-trains a residual head by any of the schemes of METHOD D, so that they can be compared on equal terms.
import { flattenHead, unflattenHead, type HeadEpisode } from '@tocsin/models';
import { sample, type Random } from '../random.ts';
import { adam } from './adam.ts';
import { episodeBatch, taskOf } from './episode-batch.ts';
import { firstOrderGradient } from './first-order.ts';
import { metaGradient } from './maml.ts';
import type { OnStep, OuterPlan } from './outer-plan.ts';
import type { Head } from './fresh-head.ts';

export const headSchemes = ['pooled', 'reptile', 'fomaml', 'maml', 'meta-sgd'] as const;
export type HeadScheme = (typeof headSchemes)[number];

/** Outer rate of the logarithms of Meta-SGD's inner rates, as a multiple of the head's (METHOD D: 2e-2 beside 3e-3). */
const rateBoost = 2e-2 / 3e-3;

/**
 * Takes `plan.steps` outer steps from `start`, each on `plan.tasks` of the episodes of `pool` (not empty). A pooled head takes no
 * inner steps afterwards; Meta-SGD comes back with `rates`: one per row of w1, for b1, for w2 and for b2. maml and meta-sgd need a
 * tfjs backend (`selectBackend`). Throws where the loss is not finite.
 */
export async function trainHeadBy(
  scheme: HeadScheme,
  start: Head,
  pool: readonly HeadEpisode[],
  plan: OuterPlan,
  random: Random,
  onStep: OnStep = () => {},
): Promise<Head> {
  const optimise = adam(plan);
  const optimiseRates = adam({ ...plan, rate: plan.rate * rateBoost });
  const width = start.w1.length / start.hidden;
  const tasks = scheme === 'maml' || scheme === 'meta-sgd' ? pool.map(taskOf) : [];
  let head: Head = { ...start };
  if (scheme === 'pooled') head.innerSteps = 0;
  if (scheme === 'meta-sgd') head.rates = new Float64Array(width + 3).fill(1);
  for (let step = 0; step < plan.steps; step++) {
    const startedMs = performance.now();
    if (scheme === 'pooled' || scheme === 'fomaml' || scheme === 'reptile') {
      const { loss, gradient } = firstOrderGradient(scheme, head, sample(random, pool, plan.tasks), plan.weightDecay);
      head = moved(head, optimise(flattenHead(head), flattenHead({ hidden: head.hidden, ...gradient })));
      onStep(loss, (performance.now() - startedMs) / 1000);
      continue;
    }
    const batch = episodeBatch(sample(random, tasks, plan.tasks));
    const { loss, gradient, rates } = await metaGradient(head, batch, plan.weightDecay);
    head = moved(head, optimise(flattenHead(head), flattenHead(gradient)));
    if (rates !== null && head.rates !== undefined)
      head.rates = optimiseRates(head.rates.map(Math.log), rates).map((value) => Math.exp(Math.min(3, Math.max(-5, value))));
    onStep(loss, (performance.now() - startedMs) / 1000);
  }
  if (!flattenHead(head).every(Number.isFinite)) throw new Error(`head: ${scheme} diverged; are all windows finite?`);
  return head;
}

function moved(head: Head, parameters: Float64Array): Head {
  return { ...head, ...unflattenHead(parameters, head.hidden) };
}
