// From a budget of false alarms to a share of normal windows over the threshold. Independence of neighbouring windows is not assumed:
// how often alerts open was counted (count-openings.ts).
import type { Calibration, DeviceClass, OpeningRates, RaisePlan } from '@tocsin/schemas';
import { provisionalDevices } from './confidence.ts';
import { mostShare, uncountedRate } from './count-openings.ts';
import { neighbours, scoreAt, shareAt } from './threshold.ts';

/** The share in force, and whether it rests on too little: few devices, or a rate of alerts below all that was counted. */
export type Budget = { falseAlarmRate: number; isProvisional: boolean };

/** What a class's budget comes to for a device with so many support windows. */
export function budgetOf(
  calibration: Calibration,
  shots: number,
  { decision, window, rateHz }: Pick<DeviceClass, 'decision' | 'window' | 'rateHz'>,
): Budget {
  const isSmallFleet = calibration.devices < provisionalDevices;
  const { falseAlarmsPerDay, falseAlarmRate } = decision;
  if (falseAlarmsPerDay === null) return { falseAlarmRate: falseAlarmRate ?? mostShare, isProvisional: isSmallFleet };
  const openings = falseAlarmsPerDay / windowsPerDay(window.hop, rateHz);
  const share = shareForOpenings(calibration, shots, decision, openings);
  const isCounted = openings >= countedFrom(calibration, shots, decision) || share === mostShare;
  return { falseAlarmRate: share, isProvisional: isSmallFleet || !isCounted };
}

/** Windows of one device a day. */
export function windowsPerDay(hop: number, rateHz: number): number {
  return (86_400 * rateHz) / hop;
}

/**
 * Alerts that open per normal window at a threshold for the share `share`. Linear in both logarithms between what was counted, and
 * beyond it. Where nothing was counted under this raise plan, `uncountedRate`.
 */
export function openingsAt(calibration: Calibration, shots: number, plan: RaisePlan, share: number): number {
  const lnRateOf = lnRateByTail(calibration, shots, plan);
  return Math.exp(scoreAt(calibration.tail, lnRateOf, share));
}

/** Largest share up to `mostShare` at which alerts open at most `openings` times per normal window: the inverse of `openingsAt`. */
export function shareForOpenings(calibration: Calibration, shots: number, plan: RaisePlan, openings: number): number {
  const lnRateOf = lnRateByTail(calibration, shots, plan);
  // Rates fall with the share where scores rise.
  return Math.min(
    mostShare,
    shareAt(calibration.tail, (j) => -lnRateOf(j), -Math.log(openings)),
  );
}

function lnRateByTail(calibration: Calibration, shots: number, plan: RaisePlan): (j: number) => number {
  const openings = openingsUnder(calibration, plan);
  if (openings === null) return (j) => Math.log(uncountedRate(calibration.tail[j], plan.raiseCount));
  const { low, high, share } = neighbours(calibration.shots, shots);
  const { rates } = openings;
  return (j) => (1 - share) * Math.log(rates[low][j]) + share * Math.log(rates[high][j]);
}

/** Least rate of alerts that was counted at both neighbouring numbers of shots; Infinity where none was. */
function countedFrom(calibration: Calibration, shots: number, plan: RaisePlan): number {
  const openings = openingsUnder(calibration, plan);
  if (openings === null) return Infinity;
  const { low, high } = neighbours(calibration.shots, shots);
  return Math.max(openings.counted[low], openings.counted[high]);
}

/** Counts under another raise plan say nothing; where closing is as hard or harder, alerts open no more often than was counted. */
function openingsUnder({ openings }: Calibration, plan: RaisePlan): OpeningRates | null {
  if (openings === undefined) return null;
  const { raiseCount, raiseOf, clearCount, clearFactor = 1 } = openings;
  const isSame = raiseCount === plan.raiseCount && raiseOf === plan.raiseOf && clearCount === plan.clearCount;
  return isSame && clearFactor <= (plan.clearFactor ?? 1) ? openings : null;
}
