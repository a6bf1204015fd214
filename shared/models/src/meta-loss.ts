// The reference of the outer step: the loss whose gradient the trainer takes, in float64 and without any framework.
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { forwardRows, softplus } from './head.ts';
import { headInnerSteps, type HeadSupport } from './inner-step.ts';

/** Support and query of one device as the head sees them; inputs are rows of `[3d]`, labels 1 for an anomaly, else 0. */
export type HeadEpisode = HeadSupport & { queryInputs: Float64Array; queryBase: Float64Array; queryLabels: Uint8Array };

/**
 * Loss of one episode as a function of the shared head: after the inner steps on the support, the class-balanced
 * cross-entropy of the query, 1/2 mean softplus(o(normals)) + 1/2 mean softplus(-o(anomalies)). A class without query
 * windows contributes 0. Weight decay is the trainer's and not in here.
 */
export function metaLoss(head: HeadParameters, episode: HeadEpisode, plan: HeadPlan): number {
  return queryLoss(headInnerSteps(head, episode, plan), episode);
}

/** The same loss without inner steps. */
export function queryLoss(head: HeadParameters, episode: HeadEpisode): number {
  const sums = [0, 0];
  const counts = [0, 0];
  const { logits } = forwardRows(head, episode.queryInputs, episode.queryBase);
  episode.queryLabels.forEach((label, row) => {
    const side = label === 0 ? 0 : 1;
    sums[side] += softplus(side === 0 ? logits[row] : -logits[row]);
    counts[side] += 1;
  });
  return sums.reduce((loss, sum, side) => loss + (counts[side] > 0 ? sum / counts[side] / 2 : 0), 0);
}
