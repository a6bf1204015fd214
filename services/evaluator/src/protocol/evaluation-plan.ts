// The settings of an evaluation. Two evaluations with equal plans, data and code have equal figures.
import type { Split } from '../source.ts';

export type EvaluationPlan = {
  /** Whose devices are judged; nothing may be tuned on meta-test. */
  split: Exclude<Split, 'meta-train'>;
  /** Numbers of support windows, rising. A device with fewer adapts on what it has. */
  shots: readonly number[];
  /** Numbers of the device's own labelled anomalous windows. */
  anomalies: readonly number[];
  /** Seeds that methods with randomness in them, or random support, are repeated with. */
  seeds: number;
  /** Support windows: the first in a row of the adaptation part, as on the live path, or drawn from it. */
  support: 'first' | 'random';
  /** Wanted share of normal windows over the threshold. */
  falseAlarmRate: number;
  /** Folds over meta-train devices that thresholds are cross-fitted with. */
  folds: number;
  /** Most held-out devices behind a threshold; of larger fleets every so many-th is taken. */
  calibrationDevices: number;
};

export const defaultPlan: EvaluationPlan = {
  split: 'meta-test',
  shots: [0, 1, 2, 5, 10, 20, 50],
  anomalies: [0, 1, 5],
  seeds: 5,
  support: 'first',
  falseAlarmRate: 0.01,
  folds: 4,
  calibrationDevices: 60,
};
