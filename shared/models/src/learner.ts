// What every learner looks like to those who compare them: fit a fleet, adapt to a device, score. Knows no learner.
import type { Calibration, FeatureSpec } from '@tocsin/schemas';

/** What is known of a window: 0 normal, 1 anomalous, -1 unknown or neither. */
export type WindowLabel = -1 | 0 | 1;

/** All windows of one device in time order, raw features `[n][d]` row-major, and `n` labels (see `WindowLabel`). */
export type LabelledDevice = { deviceId: string; n: number; windows: Float32Array; labels: Int8Array };

/** The devices a learner may learn from; none is a valid fleet. `spec` names the d elements of a window, `deviceClass` their class. */
export type LabelledFleet = { spec: FeatureSpec; devices: readonly LabelledDevice[]; deviceClass?: string };

/**
 * Score of one raw window `[d]`, higher = more anomalous, finite, best on a logarithmic scale (thresholds are extrapolated on it).
 * Called once per window, in time order, so that it may remember the windows before. `x` is borrowed for the call.
 */
export type DeviceScorer = (x: Float32Array) => number;

export type FittedLearner = {
  /**
   * Adapts to a device: `normals` are its K support windows and `anomalies` its L labelled anomalous ones, `[K][d]` and `[L][d]`
   * row-major, either may be empty. Throws `NotApplicable` where the learner needs more than that.
   */
  adapt(normals: Float32Array, anomalies: Float32Array): DeviceScorer | Promise<DeviceScorer>;
  /**
   * Null distribution of the scores of a device with these support windows, for learners that bring their own thresholds; null where
   * they have none for it. Without this method whoever compares learners cross-fits.
   */
  calibrationOf?(normals: Float32Array): Calibration | null;
  /** What it is, for people, where the learner had a choice. */
  origin?: string;
};

export type Learner = {
  name: string;
  /** Another seed gives other scores. */
  isRandom: boolean;
  /** Labelled anomalies of the device change its scores. */
  usesAnomalies: boolean;
  /** Equal seeds and fleets give equal learners. Throws `NotApplicable` where the fleet is too small for it. */
  fit(fleet: LabelledFleet, options: { seed: number }): FittedLearner | Promise<FittedLearner>;
};

/** A learner has no answer for so few windows or devices; `message` says what it would need. Not a failure. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}
