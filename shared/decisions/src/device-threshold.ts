// The class's threshold, moved to where a device's own normal scores lie (METHOD E), once it has been watched for a while.
import type { Calibration, DeviceState } from '@tocsin/schemas';
import { fleetMedian, pValueAt, thresholdAt } from './threshold.ts';

/** What is remembered of a device's scores. Belongs to one model bundle: start anew (`noScores`) with the next. */
export type ScoreHistory = Pick<DeviceState, 'scored' | 'scoreMedian'>;

export const noScores: ScoreHistory = { scored: 0, scoreMedian: 0 };

/** Scored windows before a device's own median counts. */
export const offsetAfterWindows = 100;
/** Windows after which the median's steps shrink no further, so that it follows slow drift. */
const medianMemoryWindows = 400;

/** Device median - fleet median, 0 before `offsetAfterWindows` windows. */
export function deviceOffset(calibration: Calibration, shots: number, { scored, scoreMedian }: ScoreHistory): number {
  return scored < offsetAfterWindows ? 0 : scoreMedian - fleetMedian(calibration, shots);
}

/** Score above which a window of this device counts as anomalous; see `thresholdAt`. */
export function deviceThreshold(calibration: Calibration, shots: number, falseAlarmRate: number, history: ScoreHistory): number {
  return thresholdAt(calibration, shots, falseAlarmRate) + deviceOffset(calibration, shots, history);
}

/** p-value of a score of this device, consistent with `deviceThreshold`; see `pValueAt`. */
export function devicePValue(calibration: Calibration, score: number, shots: number, history: ScoreHistory): number {
  return pValueAt(calibration, score - deviceOffset(calibration, shots, history), shots);
}

/**
 * The history after one more score. Give it only scores of windows that may teach, or a broken device would move its own
 * threshold out of the way. Stochastic approximation of the median (Robbins & Monro, Ann. Math. Stat. 22, 1951): a step of
 * 1/(2 f n) up or down, with n at most 400 and the density f at the median taken from the fleet, .3 / (tau(.2) - tau(.5)).
 */
export function updateMedian(calibration: Calibration, shots: number, history: ScoreHistory, score: number): ScoreHistory {
  const scored = history.scored + 1;
  if (history.scored === 0) return { scored, scoreMedian: score };
  const spread = thresholdAt(calibration, shots, 0.2) - thresholdAt(calibration, shots, 0.5);
  const step = spread / 0.6 / Math.min(scored, medianMemoryWindows);
  return { scored, scoreMedian: history.scoreMedian + step * Math.sign(score - history.scoreMedian) };
}
