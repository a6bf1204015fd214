// The threshold that each window of a device meets: the live path's own rule, played over its scores.
import { scoresAlong } from '@tocsin/decisions';
import type { Calibration } from '@tocsin/schemas';

export type Threshold = { calibration: Calibration; shots: number; falseAlarmRate: number };

/** Thresholds before each of the scores, which are in order of time; every one depends on earlier scores only. */
export function thresholdsAlong({ calibration, shots, falseAlarmRate }: Threshold, scores: Float64Array): Float64Array {
  return scoresAlong(calibration, shots, falseAlarmRate, scores).thresholds;
}
