// Which threshold a judged device meets: that of a learner that brings its own, or one cross-fitted over the fleet. Scores nothing.
import type { FittedLearner, Learner } from '@tocsin/models';
import type { DeviceTable } from '../windows/device-table.ts';
import { crossFit, crossFittedCalibration } from './cross-fit.ts';
import type { ClassTables } from './judge-class.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import type { Threshold } from './moving-threshold.ts';
import type { Shots } from './score-device.ts';
import { supportWindows } from './support-windows.ts';

/** The threshold of a device; null where there is nothing to take one from. */
export type ThresholdOf = (table: DeviceTable) => Threshold | null;

/** Call it for shots in the order of the plan: where labels change nothing, all numbers of labels share a threshold. */
export async function createThresholds(
  learner: Learner,
  fitted: FittedLearner,
  { spec, train, name }: ClassTables,
  plan: EvaluationPlan,
  seed: number,
): Promise<(shots: Shots) => Promise<ThresholdOf>> {
  const { falseAlarmRate, support, anomalies } = plan;
  if (fitted.calibrationOf !== undefined) {
    return async ({ shots }) => {
      return (table) => {
        const windows = supportWindows(table, shots, support, seed);
        const calibration = fitted.calibrationOf?.(windows) ?? null;
        return calibration && { calibration, shots: windows.length / table.d, falseAlarmRate };
      };
    };
  }
  const folds = await crossFit(learner, spec, train, plan, seed, name);
  let threshold: Threshold | null = null;
  return async (shots) => {
    if (learner.usesAnomalies || shots.anomalies === anomalies[0]) {
      const calibration = await crossFittedCalibration(folds, shots, plan, seed);
      threshold = calibration && { calibration, shots: shots.shots, falseAlarmRate };
    }
    const kept = threshold;
    return () => kept;
  };
}
