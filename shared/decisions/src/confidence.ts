// How much stands behind a score, as one word.
import type { Confidence } from '@tocsin/schemas';

/** Under this many devices a calibration is said to be provisional (METHOD E). */
export const provisionalDevices = 10;

/** `windows`: what the device has taught; `isProvisional`: the threshold was made from too little of the fleet. */
export function confidenceOf(windows: number, supportWindows: number, isProvisional: boolean): Confidence {
  if (windows === 0) return 'prior';
  if (windows < supportWindows) return 'cold';
  return isProvisional ? 'provisional' : 'watching';
}
