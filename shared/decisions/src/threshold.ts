// Score <-> p-value for a device of a class with a number of its own windows behind its model. Changes no model.
import type { Calibration } from '@tocsin/schemas';

/** Least p-value that is ever stated: calibrations know nothing about rarer windows. */
export const leastPValue = 1e-9;

/**
 * Score that a share `falseAlarmRate` of normal windows exceed with `shots` support windows. Linear in ln p between the
 * calibration's tails and beyond them, linear in ln(shots + 1) between its shots; shots outside are taken as the nearest. Throws
 * RangeError for a rate outside (0, 1).
 */
export function thresholdAt(calibration: Calibration, shots: number, falseAlarmRate: number): number {
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1)) {
    throw new RangeError(`falseAlarmRate: ${falseAlarmRate}, expected a probability between 0 and 1`);
  }
  return scoreAt(calibration.tail, scoreByTail(calibration, shots), falseAlarmRate);
}

/**
 * Share of normal windows that score at least as high, `leastPValue`..1, falling with the score: the inverse of
 * `thresholdAt`. NaN for a score of NaN.
 */
export function pValueAt(calibration: Calibration, score: number, shots: number): number {
  return shareAt(calibration.tail, scoreByTail(calibration, shots), score);
}

/** Linear in ln p through the scores `scoreOf(j)` at `tail[j]`, and beyond them. */
export function scoreAt(tail: readonly number[], scoreOf: (j: number) => number, share: number): number {
  let j = 0;
  while (j < tail.length - 2 && tail[j + 1] > share) j++;
  const slope = (scoreOf(j + 1) - scoreOf(j)) / Math.log(tail[j] / tail[j + 1]);
  return scoreOf(j) + slope * Math.log(tail[j] / share);
}

/** The inverse of `scoreAt` within `leastPValue`..1; scores must rise. */
export function shareAt(tail: readonly number[], scoreOf: (j: number) => number, score: number): number {
  let j = 0;
  while (j < tail.length - 2 && scoreOf(j + 1) < score) j++;
  const slope = Math.log(tail[j] / tail[j + 1]) / (scoreOf(j + 1) - scoreOf(j));
  return Math.min(1, Math.max(leastPValue, tail[j] * Math.exp((scoreOf(j) - score) * slope)));
}

/** Median score of normal windows of the fleet with `shots` support windows. */
export function fleetMedian(calibration: Calibration, shots: number): number {
  const { low, high, share } = neighbours(calibration.shots, shots);
  return (1 - share) * calibration.medians[low] + share * calibration.medians[high];
}

/** Score that a share `tail[j]` of normal windows exceed, by j. */
export function scoreByTail({ shots: known, quantiles }: Calibration, shots: number): (j: number) => number {
  const { low, high, share } = neighbours(known, shots);
  return (j) => (1 - share) * quantiles[low][j] + share * quantiles[high][j];
}

/** The calibrated numbers of shots around `shots`, and how far it is towards the higher one in ln(shots + 1): none is a number, too. */
export function neighbours(known: readonly number[], shots: number): { low: number; high: number; share: number } {
  const last = known.length - 1;
  if (!(shots > known[0])) return { low: 0, high: 0, share: 0 };
  if (shots >= known[last]) return { low: last, high: last, share: 0 };
  const high = known.findIndex((count) => count > shots);
  const low = high - 1;
  return { low, high, share: Math.log((shots + 1) / (known[low] + 1)) / Math.log((known[high] + 1) / (known[low] + 1)) };
}
