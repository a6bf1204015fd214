// Which windows have a say in the life of an alert.
import type { ScoredWindow } from '@tocsin/schemas';

export type JudgedWindow = ScoredWindow & { score: number; threshold: number; pValue: number };

/**
 * True for windows scored by a model that knows their device. A window without a score (no initialisation yet, features not
 * finite), one of a device still `cold` and one under `maintenance` neither raise nor clear anything.
 */
export function isJudged(window: ScoredWindow): window is JudgedWindow {
  const { score, threshold, pValue, flags } = window;
  const isScored = score !== null && threshold !== null && pValue !== null && !Number.isNaN(score);
  return isScored && !flags.includes('cold') && !flags.includes('maintenance');
}
