// Meta-trains a residual head by any of the schemes of METHOD D, so that they can be compared on equal terms.
import { flattenHead, unflattenHead, type HeadEpisode } from '@tocsin/models';
import { sample, type Random } from '../random.ts';
import { adam } from './adam.ts';
import type { Engine, HeadScheme } from './engine.ts';
import type { Head } from './fresh-head.ts';
import type { OnStep, OuterPlan } from './outer-plan.ts';

/** Outer rate of the logarithms of Meta-SGD's inner rates, as a multiple of the head's (METHOD D: 2e-2 beside 3e-3). */
const rateBoost = 2e-2 / 3e-3;
/** Bounds of those logarithms. */
const lnRateBounds = [-5, 3] as const;

/**
 * Takes `plan.steps` outer steps from `start`, each on `plan.tasks` of the episodes of `pool` (not empty). A pooled head takes no
 * inner steps afterwards; Meta-SGD comes back with `rates`: one per row of w1, for b1, for w2 and for b2. Throws where the loss is
 * not finite.
 */
export async function trainHeadBy(
  engine: Engine,
  scheme: HeadScheme,
  start: Head,
  pool: readonly HeadEpisode[],
  plan: OuterPlan,
  random: Random,
  onStep: OnStep = () => {},
): Promise<Head> {
  const { hidden, innerSteps, innerRate } = start;
  const optimise = adam(plan);
  const optimiseRates = adam({ ...plan, rate: plan.rate * rateBoost });
  const at = [...pool.keys()];
  const episodes = engine.heads({ scheme, hidden, innerSteps, innerRate }, pool);
  let head = flattenHead(start);
  let lnRates = new Float64Array(scheme === 'meta-sgd' ? start.w1.length / hidden + 3 : 0);
  try {
    for (let step = 0; step < plan.steps; step++) {
      const startedMs = performance.now();
      const found = await episodes.slopes(Float64Array.of(...head, ...lnRates.map(Math.exp)), sample(random, at, plan.tasks));
      const loss = found.loss + addDecay(found.slopes, head, hidden, plan.weightDecay);
      head = Float64Array.from(optimise(head, found.slopes.subarray(0, head.length)));
      if (lnRates.length > 0) lnRates = bounded(optimiseRates(lnRates, found.slopes.subarray(head.length)));
      onStep(loss, (performance.now() - startedMs) / 1000);
    }
  } finally {
    episodes.dispose();
  }
  if (!head.every(Number.isFinite)) throw new Error(`head: ${scheme} diverged; are all windows finite?`);
  return {
    ...start,
    ...unflattenHead(head, hidden),
    ...(scheme === 'pooled' ? { innerSteps: 0 } : {}),
    ...(lnRates.length > 0 ? { rates: lnRates.map(Math.exp) } : {}),
  };
}

/** Weight decay of w1 and w2: adds its slopes, returns its loss. */
function addDecay(slopes: Float64Array, head: Float64Array, hidden: number, weightDecay: number): number {
  const w2At = head.length - 3 - hidden;
  let squares = 0;
  for (let i = 0; i < head.length - 3; i++) {
    const isBias = i >= w2At - hidden && i < w2At;
    if (isBias) continue;
    squares += head[i] * head[i];
    slopes[i] += 2 * weightDecay * head[i];
  }
  return weightDecay * squares;
}

function bounded(lnRates: Float64Array): Float64Array<ArrayBuffer> {
  const [low, high] = lnRateBounds;
  return Float64Array.from(lnRates, (value) => Math.min(high, Math.max(low, value)));
}
