// What can be learned for a class: a base, and a head on top of it or none. Names and words, no learning.
import type { LearnerName } from '@tocsin/schemas';
import type { HeadScheme } from '../meta/engine.ts';

const schemes = {
  'head-prototypes': 'prototypes',
  'head-meta-sgd': 'meta-sgd',
  'head-pooled': 'pooled',
  'head-reptile': 'reptile',
  'head-fomaml': 'fomaml',
  'head-maml': 'maml',
} as const satisfies Readonly<Record<string, HeadScheme | 'prototypes'>>;

export type HeadName = keyof typeof schemes;
export type BaseName = Exclude<LearnerName, HeadName>;
export type Recipe = { base: BaseName; head: HeadName | null };

const baseWords: Readonly<Record<BaseName, string>> = {
  own: 'own scale, no prior',
  eb: 'empirical Bayes',
  'eb-own-variance': 'empirical Bayes, own variances',
  'eb-mw': 'empirical Bayes, learned weights',
  'eb-mw-own-variance': 'empirical Bayes, learned weights, own variances',
  'eb-own': 'empirical Bayes and own scale',
};

/** The recipe of a learner that was asked for by name: heads are put on eb-mw. */
export function recipeOf(learner: LearnerName): Recipe {
  return isHead(learner) ? { base: 'eb-mw', head: learner } : { base: learner, head: null };
}

export function learnerOf({ base, head }: Recipe): LearnerName {
  return head ?? base;
}

/** For people. */
export function algorithmOf({ base, head }: Recipe): string {
  return head === null ? baseWords[base] : `${baseWords[base]} + ${schemes[head]} head`;
}

export function schemeOf(head: HeadName): HeadScheme | 'prototypes' {
  return schemes[head];
}

function isHead(learner: LearnerName): learner is HeadName {
  return learner in schemes;
}
