// The publish gate: which candidate is worth its trouble, and whether it may replace what is in use.
import type { CandidateFigures, LearnerChoice, LearnerName } from '@tocsin/schemas';
import { difference, type Judgement } from '../evaluation/judge.ts';
import type { PeriodGain } from './against-previous.ts';
import type { Shadow } from './shadow.ts';

/** A paired comparison over devices: mean gain in AUROC and its standard error, Infinity where one device is all there is. */
export type Gain = { mean: number; error: number };

/** Smaller differences in AUROC are ties, however sure: METHOD's study could not tell them from its own choices. */
const tie = 0.01;

/** More than a tie and more than one standard error. */
export function isBetter({ mean, error }: Gain): boolean {
  return mean > Math.max(tie, error);
}

/** From the first candidate on, each that is better than the one held so far takes its place. Throws RangeError for none. */
export function climb<C extends { judgements: readonly Judgement[] }>(candidates: readonly C[]): C {
  if (candidates.length === 0) throw new RangeError('candidates: none, expected at least one');
  return candidates.reduce((held, next) => (isBetter(difference(next.judgements, held.judgements)) ? next : held));
}

/** A candidate may not be worse than the bundle in use by more than a tie and more than one standard error. */
export function mayReplace(overPrevious: Gain | null): boolean {
  return overPrevious === null || overPrevious.mean >= -Math.max(tie, overPrevious.error);
}

/** The gate's reasons, for people. */
export function verdictOf(
  asked: LearnerChoice,
  learner: LearnerName,
  candidates: readonly CandidateFigures[],
  overPrevious: readonly PeriodGain[],
  shadow: Shadow | null,
): string {
  const [{ devices, judgedOn }] = candidates;
  const shown = candidates.map(({ learner: name, auroc }) => `${name} ${auroc.toFixed(3)}`).join(', ');
  const on = judgedOn === 'labels' ? 'real anomalies' : 'pseudo-anomalies, which cannot tell heads or own variances';
  const parts = [`${learner} ${asked === 'auto' ? 'chosen' : 'as configured'}: ${shown} on ${on} of ${devices} held-out devices`];
  if (overPrevious.length > 0) {
    const outcome = overPrevious.every(({ gain }) => mayReplace(gain)) ? 'as good as what is in use' : 'kept what is in use';
    const gains = overPrevious.map(({ period, gain }) => `${gainText(gain)} ${periodWords[period]}`);
    parts.push(`${outcome}: ${gains.join(', ')}`);
  }
  if (shadow !== null)
    parts.push(shadow.refusal === null ? shadow.words : `kept what is in use: ${shadow.refusal}; ${shadow.words}`);
  return parts.join('; ');
}

const periodWords = { later: 'against it on later windows', recent: 'on the most recent ones' } as const;

function gainText({ mean, error }: Gain): string {
  return `${mean < 0 ? '' : '+'}${mean.toFixed(3)} AUROC (standard error ${Number.isFinite(error) ? error.toFixed(3) : 'unknown, one device'})`;
}
