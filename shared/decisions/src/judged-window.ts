// Which windows have a say in the life of an alert.
import type { ScoredWindow } from '@tocsin/schemas';

export type JudgedWindow = ScoredWindow & { score: number; threshold: number; pValue: number };

/**
 * True for windows scored by a model that at least `alertFrom` windows of their device stand behind. Other windows, those without
 * a score (no initialisation yet, features not finite) and those under `maintenance` neither raise nor clear anything.
 */
export function isJudged(window: ScoredWindow, alertFrom: number): window is JudgedWindow {
  const { score, threshold, pValue, supportWindows, flags } = window;
  const isScored = score !== null && threshold !== null && pValue !== null && !Number.isNaN(score);
  return isScored && supportWindows >= alertFrom && !flags.includes('maintenance');
}
