// Every method that can be evaluated, what it is compared with, and whose code its scores depend on.
import { otherBaselines, scratchLearners, type Role } from '@tocsin/evaluator';
import type { Learner } from '@tocsin/models';
import { learners } from '@tocsin/trainer/learners';

export type RegisteredLearner = { learner: Learner; role: Role; packages: readonly string[] };

/** Rooms that every score goes through. */
const shared = ['@tocsin/evaluator', '@tocsin/windows', '@tocsin/features', '@tocsin/models', '@tocsin/decisions'];

const registered = (learners: readonly Learner[], role: Role, packages: readonly string[] = shared): RegisteredLearner[] =>
  learners.map((learner) => ({ learner, role, packages }));

/** In the order of the tables. */
export const registeredLearners: readonly RegisteredLearner[] = [
  ...registered(scratchLearners, 'scratch'),
  ...registered(otherBaselines, 'baseline'),
  ...registered(learners, 'learner', [...shared, '@tocsin/trainer']),
];
