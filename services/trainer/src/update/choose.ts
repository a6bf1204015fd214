// Which candidates meet, and which of them is kept: METHOD's rules of what may be tried with how many labels.
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import type { Candidate, Contest } from './contest.ts';
import { isLabelled } from './folds.ts';
import { climb } from './gate.ts';
import { recipeOf, type BaseName } from './recipe.ts';
import type { UpdateInput } from './update-plan.ts';

/**
 * The first is held until something clearly beats it. With few devices hardly anything clearly beats anything, so it has to be what over
 * many fleets loses little (docs/decisions/0021): a prior. To have none is the last resort, and always tried.
 */
const ladders: Readonly<Record<Contest['judgedOn'], readonly BaseName[]>> = {
  labels: ['eb', 'eb-mw', 'eb-own', 'own'],
  'pseudo-anomalies': ['eb-own', 'own'],
};

/** Everything that was tried, in order, and the one that is worth its trouble. A learner that was asked for meets nobody. */
export async function choose(
  contest: Contest,
  devices: readonly TeachingDevice[],
  { learner, plan }: Pick<UpdateInput, 'learner' | 'plan'>,
): Promise<{ chosen: Candidate; tried: Candidate[] }> {
  if (learner !== 'auto') {
    const only = await contest.rate(recipeOf(learner));
    return { chosen: only, tried: [only] };
  }
  const tried: Candidate[] = [];
  for (const base of ladders[contest.judgedOn]) tried.push(await contest.rate({ base, head: null }));
  const best = climb(tried);
  const triesHeads = contest.judgedOn === 'labels' && devices.filter(isLabelled).length >= plan.headDevices;
  if (!triesHeads) return { chosen: best, tried };
  const heads: Candidate[] = [];
  for (const head of plan.heads) heads.push(await contest.rate({ base: best.recipe.base, head }));
  return { chosen: climb([best, ...heads]), tried: [...tried, ...heads] };
}
