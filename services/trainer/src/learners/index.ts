// Every learner of METHOD that has something to learn from a fleet, as the evaluation compares them and the gate chooses.
import type { Learner } from '@tocsin/models';
import { headSchemes } from '../meta/train-head-by.ts';
import { bestOfBoth } from './best-of-both.ts';
import { empiricalBayes } from './empirical-bayes.ts';
import { headedBayes } from './headed-bayes.ts';
import { weightedBayes } from './weighted-bayes.ts';

export const learners: readonly Learner[] = [
  empiricalBayes,
  weightedBayes('none'),
  weightedBayes('fleet'),
  bestOfBoth('none'),
  bestOfBoth('fleet'),
  ...headSchemes.map(headedBayes),
  headedBayes('prototypes'),
];
