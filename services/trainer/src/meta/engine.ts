// What an engine does for meta-training: it takes in episodes once, and answers every outer step with a loss and its slopes. Knows
// nothing of optimisers, weight decay or where episodes come from.
import type { HeadEpisode } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { WeightEpisode } from './weight-episode.ts';

export const headSchemes = ['pooled', 'reptile', 'fomaml', 'maml', 'meta-sgd'] as const;
export type HeadScheme = (typeof headSchemes)[number];

/** How heads are adapted in the episodes that they learn from; 'pooled' takes no inner step, whatever is said here. */
export type HeadTask = { scheme: HeadScheme; hidden: number; innerSteps: number; innerRate: number };

/** Hidden units, and how many windows the fleet's prototypes count as. */
export type PrototypeTask = { hidden: number; weight: number };

/** Mean over episodes of the loss of their queries, and what stands for its gradient: one slope per parameter. */
export type Slopes = { loss: number; slopes: Float64Array };

/** Episodes that lie where they are computed. */
export type EpisodePool = {
  /** `chosen`: positions in the pool, at least one. Rejects where the loss is not finite, or where the device is lost. */
  slopes(parameters: Float64Array, chosen: readonly number[]): Promise<Slopes>;
  dispose(): void;
};

/** Pools must not be empty, and their episodes agree in width. */
export type Engine = {
  /**
   * Parameters: `flattenHead`, and for Meta-SGD the inner rates (HeadPlan) behind it, whose slopes are by their logarithms. Maml and
   * Meta-SGD: the exact gradient after the inner steps. Pooled: without any. First-order MAML (Finn et al., ICML 2017): the gradient at
   * the head that the inner steps lead to. Reptile (Nichol et al., arXiv:1803.02999): (head - adapted)/(rate steps) with inner steps on
   * support and query together; a and c, which inner steps do not move, stay.
   */
  heads(task: HeadTask, pool: readonly HeadEpisode[]): EpisodePool;
  /** Parameters: `flattenHead`, whose w2, b2 follow from the others and have no slope; prototypes of normals and anomalies; ln gain. */
  prototypes(task: PrototypeTask, pool: readonly HeadEpisode[]): EpisodePool;
  /** Parameters: omega (`[4d]`), kappa and nu (`[d]`), whose slopes are by their logarithms, and the link's a and c. */
  weights(start: Initialisation, pool: readonly WeightEpisode[]): EpisodePool;
};

/** Throws where a loss says that training has gone astray. */
export function checkLoss(loss: number): void {
  if (Number.isFinite(loss)) return;
  throw new Error(`loss: ${loss}, expected a finite number; the inner rate may be too high for these episodes`);
}

/** Support and query as one support, which is what Reptile's inner steps go over. */
export function withQueryInSupport(episode: HeadEpisode): HeadEpisode {
  const { queryInputs, queryBase, queryLabels, supportInputs, supportBase } = episode;
  const { anomalyInputs = new Float64Array(0), anomalyBase = new Float64Array(0) } = episode;
  const width = queryInputs.length / queryBase.length;
  const side = (wanted: number, inputs: Float64Array, base: Float64Array): { inputs: Float64Array; base: Float64Array } => {
    const rows = [...queryLabels.keys()].filter((row) => queryLabels[row] === wanted);
    const all = new Float64Array(inputs.length + rows.length * width);
    all.set(inputs);
    rows.forEach((row, at) => all.set(queryInputs.subarray(row * width, (row + 1) * width), inputs.length + at * width));
    return { inputs: all, base: Float64Array.of(...base, ...rows.map((row) => queryBase[row])) };
  };
  const normals = side(0, supportInputs, supportBase);
  const anomalies = side(1, anomalyInputs, anomalyBase);
  return {
    ...episode,
    supportInputs: normals.inputs,
    supportBase: normals.base,
    anomalyInputs: anomalies.inputs,
    anomalyBase: anomalies.base,
  };
}
