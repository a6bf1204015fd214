// Scores one file as the live path would: support from its first rows, then window by window, each row seeing only what came before.
import { quietWatch, raiseAndClear } from '@tocsin/decisions';
import { NotApplicable, type FittedLearner } from '@tocsin/models';
import type { Calibration } from '@tocsin/schemas';
import { thresholdsAlong } from '../protocol/moving-threshold.ts';
import { windowAt } from '../windows/device-table.ts';
import type { CutFile } from './cut-rows.ts';
import type { SuiteFile } from './suite-file.ts';
import type { SuitePlan } from './suite-plans.ts';

/** `scores` per row, NaN before the first; `isAlarm` per row: an alert is open. */
export type ScoredFile = { file: SuiteFile; supportWindows: number; scores: Float64Array; isAlarm: Uint8Array };

/** Windows of the support rows that a device is adapted on: the first, as many as its class wants. */
export function supportOf({ table, closedBy }: CutFile, { supportWindows }: Pick<SuitePlan, 'supportWindows'>): number {
  const after = closedBy.findIndex((row) => row >= table.trainRows);
  return Math.min(supportWindows, after < 0 ? table.n : after);
}

/**
 * Row r has the score of the newest window that was closed by row r or an earlier one, and an alarm while the alert that windows over
 * the threshold raise is open. Support rows have neither, nor has a file whose support is too small for the learner. The
 * learner's own calibration comes before `calibration`; without any there are no alarms. Throws RangeError on a score that is not a number.
 */
export async function scoreFile(
  cut: CutFile,
  fitted: FittedLearner,
  calibration: Calibration | null,
  plan: SuitePlan,
): Promise<ScoredFile> {
  const { file, table, closedBy } = cut;
  const rows = file.timesMs.length;
  const scores = new Float64Array(rows).fill(Number.NaN);
  const isAlarm = new Uint8Array(rows);
  const shots = supportOf(cut, plan);
  const support = table.windows.slice(0, shots * table.d);
  const score = shots === 0 ? null : await adapted(fitted, support);
  if (score === null) return { file, supportWindows: shots, scores, isAlarm };
  const first = closedBy.findIndex((row) => row >= table.trainRows);
  const later = first < 0 ? 0 : table.n - first;
  const windowScores = Float64Array.from({ length: later }, (_, i) => score(windowAt(table, first + i)));
  const wrong = windowScores.findIndex(Number.isNaN);
  if (wrong >= 0) throw new RangeError(`score of window ${first + wrong} of ${file.name}: NaN, expected a number`);
  const { falseAlarmRate } = plan.decision;
  const known = fitted.calibrationOf === undefined ? calibration : fitted.calibrationOf(support);
  const thresholds = known && thresholdsAlong({ calibration: known, shots, falseAlarmRate }, windowScores);
  let watch = quietWatch;
  for (let row = table.trainRows, at = 0; row < rows; row++) {
    for (; at < later && closedBy[first + at] <= row; at++)
      if (thresholds !== null) watch = raiseAndClear(watch, windowScores[at] > thresholds[at], plan.decision);
    if (at > 0) scores[row] = windowScores[at - 1];
    isAlarm[row] = watch.isOpen ? 1 : 0;
  }
  return { file, supportWindows: shots, scores, isAlarm };
}

async function adapted(fitted: FittedLearner, support: Float32Array) {
  try {
    return await fitted.adapt(support, new Float32Array(0));
  } catch (error) {
    if (error instanceof NotApplicable) return null;
    throw error;
  }
}

/** Scores that are higher than all of the `rows` before them; NaN elsewhere. */
export function newsOnly(scores: Float64Array, rows: number): Float64Array {
  if (rows === 0) return scores;
  return scores.map((score, at) => {
    for (let before = Math.max(0, at - rows); before < at; before++) if (scores[before] >= score) return Number.NaN;
    return score;
  });
}
