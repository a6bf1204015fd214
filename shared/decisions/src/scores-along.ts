// What the live path would do with the scores of one device, one after the other. Used wherever that is counted beforehand.
import type { Calibration } from '@tocsin/schemas';
import { deviceThreshold, noScores, updateScores, type ScoreHistory } from './device-threshold.ts';
import { watchedMargin } from './may-teach.ts';

/**
 * Before each of the scores, which are in order of time: what is remembered of those before it, and the threshold that it meets.
 * Scores that would not teach do not move the history.
 */
export function scoresAlong(
  calibration: Calibration,
  shots: number,
  falseAlarmRate: number,
  scores: Float64Array,
): { histories: ScoreHistory[]; thresholds: Float64Array } {
  let history = noScores;
  const histories: ScoreHistory[] = [];
  const thresholds = scores.map((score) => {
    histories.push(history);
    const threshold = deviceThreshold(calibration, shots, falseAlarmRate, history);
    if (score < threshold + watchedMargin) history = updateScores(calibration, shots, history, score);
    return threshold;
  });
  return { histories, thresholds };
}
