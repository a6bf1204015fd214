// Whether a window may teach its device: never learn from what was just flagged.
import type { Calibration, Incident, ScoredWindow } from '@tocsin/schemas';
import { deviceThreshold, type ScoreHistory } from './device-threshold.ts';

/** A watched device learns from windows up to twice the alarm level in squared deviation. */
export const watchedMargin = Math.LN2;
/** Share of normal windows over the threshold at which windows teach, however few of them a budget lets alert. */
const teachingShare = 0.005;
/** A cold device is refused only what the fleet finds wild: a thousand times the alarm level in squared deviation. */
const coldMargin = Math.log(1000);

/** Windows that teach nothing whatever their score: broken, with somebody at the machine, or doubted by a guard. */
const untaughtFlags = ['not_finite', 'maintenance', 'guarded'] as const;

/**
 * Why a window does not teach: one of its flags, `gaps` (too much of it never arrived), `alert` (its device has one open), or
 * `score` (too far over the threshold).
 */
export const untaughtReasons = [...untaughtFlags, 'gaps', 'alert', 'score'] as const;
export type UntaughtReason = (typeof untaughtReasons)[number];

/** What of a class decides which windows teach: when it may alert, and the least share of samples that really arrived. */
export type TeachingPlan = { alertFrom: number; teachCoverage: number };

/**
 * METHOD B: a device learns only from windows that score under threshold + ln 2, and never while an alert is open (pass the
 * incident as it is after `decide`). A `cold` device, which only the fleet prior speaks for, learns up to threshold + ln 1000, and
 * so does one that is relearning after a false alarm; before its class has an initialisation (score null) it learns from
 * everything finite. Where cold devices may alert (`alertFrom`), what is over the threshold has to raise its alert first, and is
 * learnt under it: a device that is unlike its fleet would never be known otherwise. Null for a window that may teach.
 */
export function whyUntaught(
  window: ScoredWindow,
  incident: Incident,
  { alertFrom, teachCoverage }: TeachingPlan,
  isRelearning = false,
): UntaughtReason | null {
  const flag = untaughtFlags.find((each) => window.flags.includes(each));
  if (flag !== undefined) return flag;
  if (window.coverage < teachCoverage) return 'gaps';
  const isCold = window.flags.includes('cold');
  const isAlerting = incident.open !== null;
  if (isAlerting && !isCold) return 'alert';
  if (window.score === null || window.threshold === null) return null;
  const isWide = isRelearning || (isCold && (isAlerting || window.supportWindows < alertFrom));
  return window.score < window.threshold + (isWide ? coldMargin : watchedMargin) ? null : 'score';
}

/**
 * The threshold that `whyUntaught` is asked with: `threshold`, which is in force for a share `falseAlarmRate`, as it would be for
 * .005 where that is larger. Who wants fewer alerts does not want more of a fault to be learnt as normal.
 */
export function teachingThreshold(
  threshold: number,
  falseAlarmRate: number,
  calibration: Calibration,
  shots: number,
  history: ScoreHistory,
): number {
  if (falseAlarmRate >= teachingShare) return threshold;
  const at = (share: number) => deviceThreshold(calibration, shots, share, history);
  return threshold - at(falseAlarmRate) + at(teachingShare);
}
