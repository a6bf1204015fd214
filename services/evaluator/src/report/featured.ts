// Which methods the page and the picture show first; all others are in the full tables and in the JSON.
import type { EvaluationReport, ReportedMethod } from './evaluation-report.ts';

/** The product: what was trained before, or what its gate chooses. */
const products = ['tocsin', 'auto'];
/** What stands for learning without labels: what the gate chooses then, or what it is made of. */
const labelFree = ['auto-synthetic', 'eb-own-synthetic', 'eb'];
/** One of each kind, at most so many lines. */
const shown = ['eb', 'head-meta-sgd', 'head-prototypes', 'eb-own'];
const linesMax = 5;

/** The method that the product is judged by: the trained models, else the gate's choice, else the first learner; null without any. */
export function featuredMethod({ methods }: Pick<EvaluationReport, 'methods'>): string | null {
  const learners = learnersOf(methods);
  return products.find((name) => learners.includes(name)) ?? learners[0] ?? null;
}

/** The featured method and one learner of each kind; the first learners where none of these is there. */
export function shownLearners(report: Pick<EvaluationReport, 'methods'>): string[] {
  const learners = learnersOf(report.methods);
  const featured = featuredMethod(report);
  const wanted = [featured, ...shown].filter((name) => name !== null && learners.includes(name));
  return [...new Set([...wanted, ...(wanted.length > 1 ? [] : learners)])].filter((name) => name !== null).slice(0, linesMax);
}

/** Learners that are no ingredient are the product itself. */
export function ingredients({ methods }: Pick<EvaluationReport, 'methods'>): string[] {
  return learnersOf(methods).filter((name) => name !== labelFree[0] && !products.includes(name));
}

/** The method that learning without labels of the fleet is judged by; null where none of them is there. */
export function labelFreeMethod({ methods }: Pick<EvaluationReport, 'methods'>): string | null {
  const learners = learnersOf(methods);
  return labelFree.find((name) => learners.includes(name)) ?? null;
}

function learnersOf(methods: readonly ReportedMethod[]): string[] {
  return methods.filter(({ role }) => role === 'learner').map(({ name }) => name);
}
