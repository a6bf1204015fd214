// From scores to alerts: calibration, threshold, what may teach, and the life of an alert.
export { calibrate, defaultTail, type DeviceScores } from './calibrate.ts';
export { decide, noIncident, type Decision, type Observation } from './decide.ts';
export {
  deviceOffset,
  devicePValue,
  deviceThreshold,
  noScores,
  offsetAfterWindows,
  updateMedian,
  type ScoreHistory,
} from './device-threshold.ts';
export { mayTeach } from './may-teach.ts';
export { severityOf } from './severity.ts';
export { fleetMedian, leastPValue, pValueAt, thresholdAt } from './threshold.ts';
