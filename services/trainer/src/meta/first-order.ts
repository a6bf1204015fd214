// Meta-gradients that need no second derivatives (METHOD D): pooled training, first-order MAML, Reptile. Plain float64.
import {
  addHeadGradient,
  emptyHeadGradient,
  headInnerSteps,
  queryLoss,
  type HeadEpisode,
  type HeadGradient,
} from '@tocsin/models';
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';

export type FirstOrderScheme = 'pooled' | 'fomaml' | 'reptile';

/**
 * Mean over the episodes of the loss of their queries and of what `scheme` takes for its gradient, plus weight decay as in
 * `metaGradient`. Pooled: the gradient without any inner step. First-order MAML (Finn et al., ICML 2017): the gradient at the head
 * that the inner steps lead to. Reptile (Nichol et al., arXiv:1803.02999): (head - adapted)/(rate steps) with inner steps on support
 * and query together; a and c, which inner steps do not move, stay.
 */
export function firstOrderGradient(
  scheme: FirstOrderScheme,
  head: HeadParameters & HeadPlan,
  episodes: readonly HeadEpisode[],
  weightDecay: number,
): { loss: number; gradient: HeadGradient } {
  const gradient = emptyHeadGradient(head);
  let loss = 0;
  for (const episode of episodes) {
    const share = 1 / episodes.length;
    const { normals, anomalies } = querySides(episode);
    if (scheme === 'reptile') {
      const adapted = headInnerSteps(head, together(episode), head);
      loss += share * queryLoss(adapted, episode);
      addDifference(gradient, head, adapted, share / (head.innerRate * head.innerSteps));
      continue;
    }
    const adapted = scheme === 'pooled' ? head : headInnerSteps(head, episode, head);
    loss += share * queryLoss(adapted, episode);
    addHeadGradient(gradient, adapted, normals.inputs, normals.base, 1, share);
    addHeadGradient(gradient, adapted, anomalies.inputs, anomalies.base, -1, share);
  }
  for (const name of ['w1', 'w2'] as const) {
    head[name].forEach((value, i) => {
      gradient[name][i] += 2 * weightDecay * value;
      loss += weightDecay * value * value;
    });
  }
  return { loss, gradient };
}

type Rows = { inputs: Float64Array; base: Float64Array };

/** Normals and anomalies of the query. */
function querySides({ queryInputs, queryBase, queryLabels }: HeadEpisode): { normals: Rows; anomalies: Rows } {
  const width = queryInputs.length / queryBase.length;
  const side = (wanted: number): Rows => {
    const kept = [...queryLabels.keys()].filter((row) => queryLabels[row] === wanted);
    const inputs = new Float64Array(kept.length * width);
    kept.forEach((row, at) => inputs.set(queryInputs.subarray(row * width, (row + 1) * width), at * width));
    return { inputs, base: Float64Array.from(kept, (row) => queryBase[row]) };
  };
  return { normals: side(0), anomalies: side(1) };
}

/** Support and query as one support. */
function together(episode: HeadEpisode): HeadEpisode {
  const { normals, anomalies } = querySides(episode);
  const { supportInputs, supportBase, anomalyInputs = new Float64Array(0), anomalyBase = new Float64Array(0) } = episode;
  return {
    ...episode,
    supportInputs: joined(supportInputs, normals.inputs),
    supportBase: joined(supportBase, normals.base),
    anomalyInputs: joined(anomalyInputs, anomalies.inputs),
    anomalyBase: joined(anomalyBase, anomalies.base),
  };
}

function joined(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function addDifference(gradient: HeadGradient, from: HeadParameters, to: HeadParameters, share: number): void {
  for (const name of ['w1', 'b1', 'w2'] as const) {
    for (let i = 0; i < from[name].length; i++) gradient[name][i] += share * (from[name][i] - to[name][i]);
  }
  gradient.b2 += share * (from.b2 - to.b2);
}
