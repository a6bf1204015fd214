// Which windows have a say in the life of an alert.
import type { ScoredWindow } from '@tocsin/schemas';

export type JudgedWindow = ScoredWindow & { score: number; threshold: number; pValue: number };

/**
 * True for windows scored by a model that knows their device. A window without a score (no initialisation yet, features not
 * finite) and one of a device still `cold` neither raise nor clear anything.
 */
export function isJudged(window: ScoredWindow): window is JudgedWindow {
  const { score, threshold, pValue, flags } = window;
  return score !== null && threshold !== null && pValue !== null && !Number.isNaN(score) && !flags.includes('cold');
}
