// The threshold that each window of a device meets: the class's, moved to where the device's own scores lie once it has been watched.
import { deviceThreshold, noScores, updateMedian } from '@tocsin/decisions';
import type { Calibration } from '@tocsin/schemas';

export type Threshold = { calibration: Calibration; shots: number; falseAlarmRate: number };

/** Over the threshold by less, a window still moves the device's median, as on the live path. */
const teachingMargin = Math.LN2;

/** Thresholds before each of the scores, which are in order of time; every one depends on earlier scores only. */
export function thresholdsAlong({ calibration, shots, falseAlarmRate }: Threshold, scores: Float64Array): Float64Array {
  let history = noScores;
  return scores.map((score) => {
    const threshold = deviceThreshold(calibration, shots, falseAlarmRate, history);
    if (score < threshold + teachingMargin) history = updateMedian(calibration, shots, history, score);
    return threshold;
  });
}
