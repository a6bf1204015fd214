// EB-MW: the closed form with meta-learned weights and shrinkage (METHOD C).
import { startNu, type Learner } from '@tocsin/models';
import type { FeatureSpec, Initialisation } from '@tocsin/schemas';
import { ableDevices, drawLabelledEpisode } from '../episodes/draw-labelled-episode.ts';
import { anomalyKinds, type AnomalyKind } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import type { Engine } from '../meta/engine.ts';
import type { OnStep } from '../meta/outer-plan.ts';
import { priorsOfOthers } from '../meta/prior-of-others.ts';
import { trainWeights } from '../meta/train-weights.ts';
import { weightEpisode } from '../meta/weight-episode.ts';
import type { Link } from '../meta/weight-gradient.ts';
import { weightPlan, type WeightPlan } from '../meta/weight-plan.ts';
import { seededRandom, type Random } from '../random.ts';
import { fitTeaching, ownVarianceNu } from './empirical-bayes.ts';
import { initialisationLearner } from './initialisation-learner.ts';
import { ownEngine } from './own-engine.ts';
import { teachingFleet } from './labelled-fleet.ts';

/** Support sizes that everything is meta-trained on, and query normals and anomalies of an episode. */
export const learnerShots: readonly number[] = [5, 10, 20, 50];
export const learnerQueries = 16;

/** What a fleet has taught, and how scores become logits. */
export type Weighted = { initialisation: Initialisation; link: Link };

/**
 * From `start`, the closed form of the same `devices` (`fitTeaching`), meta-learns omega, kappa and nu on episodes of them, with their
 * known anomalies where they have any, else with made-up ones of these kinds. `start` itself where no device has the windows for an episode.
 */
export async function fitWeighted(
  engine: Engine,
  devices: readonly TeachingDevice[],
  spec: FeatureSpec,
  random: Random,
  start: Initialisation = fitTeaching(devices, spec.elements.length),
  plan: WeightPlan = weightPlan,
  kinds: readonly AnomalyKind[] = anomalyKinds,
  onStep?: OnStep,
): Promise<Weighted> {
  const able = ableDevices(devices, learnerShots);
  if (able.length === 0) return { initialisation: start, link: { a: 1, c: 0 } };
  const priors = priorsOfOthers(start, devices);
  const episodePlan = { spec, scale: start.scale, shots: learnerShots, known: [0], queries: learnerQueries, kinds };
  const pool = Array.from({ length: plan.pool }, () => {
    const episode = drawLabelledEpisode(able, devices, episodePlan, random);
    return weightEpisode(start, episode, priors.get(episode.deviceId));
  });
  const isReal = able.some(({ anomalies }) => anomalies.length > 1);
  return trainWeights(engine, start, pool, isReal ? plan.pull.real : plan.pull.synthetic, plan, random, onStep);
}

/** `labels`: whether known anomalies of the fleet's devices are used, or made-up ones only; `variance` as for `empiricalBayes`. */
export function weightedBayes(labels: 'none' | 'fleet', variance: 'shared' | 'own' = 'shared'): Learner {
  const nu = variance === 'shared' ? startNu : ownVarianceNu;
  return initialisationLearner({
    name: `eb-mw${variance === 'own' ? '-own-variance' : ''}${labels === 'none' ? '-synthetic' : ''}`,
    isRandom: true,
    usesAnomalies: true,
    async learn(fleet, seed) {
      const devices = teachingFleet(fleet, labels === 'fleet');
      const start = fitTeaching(devices, fleet.spec.elements.length, nu);
      return (await fitWeighted(await ownEngine(), devices, fleet.spec, seededRandom(seed), start)).initialisation;
    },
  });
}
