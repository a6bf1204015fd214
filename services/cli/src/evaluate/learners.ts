// Every method that can be evaluated, and whose code its scores depend on.
import { baselineLearners, scratchLearners } from '@tocsin/evaluator';
import type { Learner } from '@tocsin/models';

export type RegisteredLearner = { learner: Learner; isScratch: boolean; packages: readonly string[] };

/** Rooms that every score goes through. */
const shared = ['@tocsin/evaluator', '@tocsin/windows', '@tocsin/features', '@tocsin/models', '@tocsin/decisions'];

/** In the order of the tables: detectors from scratch first. */
export const registeredLearners: readonly RegisteredLearner[] = baselineLearners.map((learner) => ({
  learner,
  isScratch: scratchLearners.includes(learner),
  packages: shared,
}));
