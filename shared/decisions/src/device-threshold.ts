// The class's threshold, moved to where a device's own normal scores lie (METHOD E), the more the longer it has been watched.
import type { Calibration, DeviceState } from '@tocsin/schemas';
import { fleetMedian, pValueAt, scoreAt, scoreByTail, shareAt, thresholdAt } from './threshold.ts';

/** What is remembered of a device's scores. Belongs to one model bundle: start anew (`noScores`) with the next. */
export type ScoreHistory = Pick<DeviceState, 'scored' | 'scoreMedian' | 'scoreExcess'>;

export const noScores: ScoreHistory = { scored: 0, scoreMedian: 0, scoreExcess: 0 };

/** Scored windows before a device's own scores count in calibrations without a `watched` part, and from which on those are counted. */
export const offsetAfterWindows = 100;
/** With a `watched` part, windows after which the device's own scores and the fleet's count the same. */
const evenWindows = 100;
/** Windows after which steps shrink no further, so that slow drift is followed. */
const memoryWindows = 400;
/** Windows that the fleet's mean excess counts for beside a device's own. */
const excessPriorWindows = 50;
/** A device whose scores do not vary at all is given this much. */
const leastExcess = 1e-3;

/**
 * Device median - fleet median, 0 before `offsetAfterWindows` windows: how calibrations without a `watched` part are moved. They
 * know nothing of how much steadier one device is than all of them together.
 */
export function deviceOffset(calibration: Calibration, shots: number, { scored, scoreMedian }: ScoreHistory): number {
  return scored < offsetAfterWindows ? 0 : scoreMedian - fleetMedian(calibration, shots);
}

/**
 * Score above which a window of this device counts as anomalous: between the fleet's (`thresholdAt`) and median + excess times
 * what that share of the fleet's watched devices exceed, with a weight of n / (n + 100) on the device's own after n windows.
 */
export function deviceThreshold(calibration: Calibration, shots: number, falseAlarmRate: number, history: ScoreHistory): number {
  const fleet = thresholdAt(calibration, shots, falseAlarmRate);
  const { watched, tail } = calibration;
  if (watched === undefined) return fleet + deviceOffset(calibration, shots, history);
  return mixed(
    fleet,
    scoreAt(tail, (j) => watched[j], falseAlarmRate),
    history,
  );
}

/** p-value of a score of this device: the share whose `deviceThreshold` it is. NaN for a score of NaN. */
export function devicePValue(calibration: Calibration, score: number, shots: number, history: ScoreHistory): number {
  const { watched, tail } = calibration;
  if (watched === undefined) return pValueAt(calibration, score - deviceOffset(calibration, shots, history), shots);
  const scoreOf = scoreByTail(calibration, shots);
  return shareAt(tail, (j) => mixed(scoreOf(j), watched[j], history), score);
}

function mixed(fleet: number, residual: number, { scored, scoreMedian, scoreExcess }: ScoreHistory): number {
  const own = scored / (scored + evenWindows);
  return (1 - own) * fleet + own * (scoreMedian + Math.max(leastExcess, scoreExcess) * residual);
}

/** Deviation of a score from its device, in the device's own unit: what `Calibration.watched` is made of. */
export function residualOf(score: number, { scoreMedian, scoreExcess }: ScoreHistory): number {
  return (score - scoreMedian) / Math.max(leastExcess, scoreExcess);
}

/**
 * The history after one more score. Give it only scores of windows that may teach, or a broken device would move its own
 * threshold out of the way. Stochastic approximation of the median (Robbins & Monro, Ann. Math. Stat. 22, 1951): a step of
 * 1/(2 f n) up or down, with n at most 400 and the density f at the median taken from the fleet, .3 / (tau(.2) - tau(.5)). The
 * excess is the running mean of max(0, score - median); its first 50 windows are the fleet's, which are exponential above the median:
 * half of (tau(.2) - tau(.5)) / ln 2.5.
 */
export function updateScores(calibration: Calibration, shots: number, history: ScoreHistory, score: number): ScoreHistory {
  const scored = history.scored + 1;
  const spread = thresholdAt(calibration, shots, 0.2) - thresholdAt(calibration, shots, 0.5);
  const step = spread / 0.6 / Math.min(scored, memoryWindows);
  const isFirst = history.scored === 0;
  const scoreMedian = isFirst ? score : history.scoreMedian + step * Math.sign(score - history.scoreMedian);
  const excess = isFirst ? spread / 2 / Math.log(2.5) : history.scoreExcess;
  const share = 1 / Math.min(scored + excessPriorWindows, memoryWindows);
  return { scored, scoreMedian, scoreExcess: excess + share * (Math.max(0, score - scoreMedian) - excess) };
}
