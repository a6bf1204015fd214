// Every method that can be evaluated, what it is compared with, and whose code its scores depend on.
import { otherBaselines, scratchLearners, type Role } from '@tocsin/evaluator';
import type { Learner } from '@tocsin/models';
import { learners } from '@tocsin/trainer/learners';
import { scoringPackages, trainingPackages } from './code-key.ts';
import { gateChoice, publishedLearner } from './product-learners.ts';

export type RegisteredLearner = { learner: Learner; role: Role; packages: readonly string[] };

const registered = (
  methods: readonly Learner[],
  role: Role,
  packages: readonly string[] = scoringPackages,
): RegisteredLearner[] => methods.map((learner) => ({ learner, role, packages }));

const baselines: readonly RegisteredLearner[] = [
  ...registered(scratchLearners, 'scratch'),
  ...registered(otherBaselines, 'baseline'),
];

/** All that can be compared, in the order of the tables: with a folder of models what it holds, else what is fitted on the data. */
export function learnersFor(modelsDirectory: string | null): readonly RegisteredLearner[] {
  if (modelsDirectory !== null)
    return [...baselines, ...registered([publishedLearner(modelsDirectory)], 'learner', trainingPackages)];
  return [...baselines, ...registered([gateChoice('none'), gateChoice('fleet'), ...learners], 'learner', trainingPackages)];
}
