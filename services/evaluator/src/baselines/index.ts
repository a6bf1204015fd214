// What every other method is measured against, and the product's closed form.
import type { Learner } from '@tocsin/models';
import { autoencoder } from './autoencoder.ts';
import { autoregression } from './autoregression.ts';
import { empiricalBayes } from './empirical-bayes.ts';
import { isolation } from './isolation-forest.ts';
import { ledoitWolf } from './mahalanobis.ts';
import { knn } from './nearest-neighbours.ts';
import { movingVariance, squaredDifference } from './window-energy.ts';

/** Detectors that learn one device from scratch; the best of them on a set is its bar. */
export const scratchLearners: readonly Learner[] = [
  knn('fleet'),
  knn('own'),
  ledoitWolf('fleet'),
  ledoitWolf('own'),
  isolation(),
  movingVariance(),
  squaredDifference(),
  autoregression(),
  autoencoder(),
];

/** The scratch detectors and the closed form of the line. */
export const baselineLearners: readonly Learner[] = [...scratchLearners, empiricalBayes()];
