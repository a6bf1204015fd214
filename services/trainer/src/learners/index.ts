// Every learner that has something to learn from a fleet, as the evaluation compares them.
import type { Learner } from '@tocsin/models';
import { headSchemes } from '../meta/engine.ts';
import { empiricalBayes } from './empirical-bayes.ts';
import { headedBayes } from './headed-bayes.ts';
import { ownScaleAlone, weightedWithOwnScale } from './own-scale.ts';
import { weightedBayes } from './weighted-bayes.ts';

export const learners: readonly Learner[] = [
  empiricalBayes('shared'),
  empiricalBayes('own'),
  weightedBayes('none'),
  weightedBayes('none', 'own'),
  weightedBayes('fleet'),
  weightedBayes('fleet', 'own'),
  ownScaleAlone,
  weightedWithOwnScale('none'),
  weightedWithOwnScale('fleet'),
  ...headSchemes.map(headedBayes),
  headedBayes('prototypes'),
];

export { empiricalBayes, fitTeaching, ownVarianceNu } from './empirical-bayes.ts';
export { fitHead, headedBayes, outerPlanFor } from './headed-bayes.ts';
export { devicesInRegimes, fleetInRegimes, type InRegimes } from './in-regimes.ts';
export { scorerOf } from './initialisation-learner.ts';
export { ownScaleAlone, weightedWithOwnScale, withOwnScale } from './own-scale.ts';
export { teachingFleet } from './labelled-fleet.ts';
export { fitWeighted, weightedBayes, type Weighted } from './weighted-bayes.ts';
export { trainFleet, type TrainFleetInput } from '../update/train-fleet.ts';
