// From scores to alerts: calibration, threshold, what may teach, and the life of an alert.
export { calibrate, defaultTail, type DeviceScores } from './calibrate.ts';
export { calendarOf, type Calendar } from './calendar.ts';
export { closeByVerdict, forgetClosed, verdictMessage, type DeviceFacts } from './close-by-verdict.ts';
export { closeForgotten } from './close-forgotten.ts';
export { confidenceOf, provisionalDevices } from './confidence.ts';
export { decide, noIncident, type AlertPlan, type Decision, type Observation } from './decide.ts';
export {
  deviceOffset,
  devicePValue,
  deviceThreshold,
  noScores,
  offsetAfterWindows,
  updateScores,
  type ScoreHistory,
} from './device-threshold.ts';
export { budgetOf, openingsAt, shareForOpenings, windowsPerDay, type Budget } from './false-alarm-budget.ts';
export * from './fleet/index.ts';
export { measureChannels, type ChannelLevel } from './guards/channel-levels.ts';
export { checkGuards, windowsToRaise, type Breach, type Breaches } from './guards/check-guards.ts';
export { findDrift } from './guards/drift.ts';
export {
  calmGuard,
  dismissGuard,
  expectBreach,
  guardAlertId,
  restGuards,
  stepGuard,
  type GuardFacts,
  type GuardLook,
  type GuardPace,
} from './guards/guard-life.ts';
export { learnLevels, scaleJump } from './guards/scale-jump.ts';
export { isJudged } from './judged-window.ts';
export {
  boundWindows,
  idKey,
  isUnderMaintenance,
  maintenanceMaxMs,
  pendingLabels,
  rememberWindow,
  settle,
  type LabelOutcome,
} from './label-memory.ts';
export { teachingThreshold, untaughtReasons, whyUntaught, type TeachingPlan, type UntaughtReason } from './may-teach.ts';
export { defaultQuarantine, isOrdinary, quarantineOf } from './quarantine.ts';
export { quietWatch, raiseAndClear, type Watch } from './raise-and-clear.ts';
export { scoresAlong } from './scores-along.ts';
export { severityOf } from './severity.ts';
export { fleetMedian, leastPValue, pValueAt, thresholdAt } from './threshold.ts';
export { changesOf, countWindow, defaultChanges, endWatch, watchChange, type Change } from './watch-change.ts';
