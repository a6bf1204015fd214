// What every learner is measured against.
import type { Learner } from '@tocsin/models';
import { autoencoderMaml } from './autoencoder-maml.ts';
import { autoencoder } from './autoencoder.ts';
import { autoregression } from './autoregression.ts';
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
];

/** Shown beside them, and never a bar. */
export const otherBaselines: readonly Learner[] = [squaredDifference(), autoregression(), autoencoder(), autoencoderMaml()];

export const baselineLearners: readonly Learner[] = [...scratchLearners, ...otherBaselines];
