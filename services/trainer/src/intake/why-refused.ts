// Which scored windows the trainer does not even remember. Pure.
import type { QualityFlag, ScoredWindow } from '@tocsin/schemas';

/**
 * `unfit`: too full of holes, taken under maintenance or while a guard said that the signal was wrong; `other_spec`: features of
 * another layout; `not_finite`: a feature is not a finite number.
 */
export type Refusal = 'unfit' | 'other_spec' | 'not_finite';

/** The features that a class is learned from: how they are laid out, and how many there are. */
export type Layout = { specHash: string; d: number };

const unfit: readonly QualityFlag[] = ['gappy', 'maintenance', 'guarded'];

/** Null for a window that is taken in. */
export function whyRefused(window: ScoredWindow, { specHash, d }: Layout): Refusal | null {
  if (window.specHash !== specHash) return 'other_spec';
  if (unfit.some((flag) => window.flags.includes(flag))) return 'unfit';
  if (window.features.length !== d) return 'other_spec';
  return window.features.every(Number.isFinite) ? null : 'not_finite';
}
