// Thresholds from the fleet (METHOD E): every meta-train device is scored by a learner that was fitted without it.
import { calibrate, type DeviceScores } from '@tocsin/decisions';
import { NotApplicable, type FittedLearner, type LabelledFleet, type Learner } from '@tocsin/models';
import type { Calibration, FeatureSpec } from '@tocsin/schemas';
import { supportCount, type DeviceTable } from '../windows/device-table.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import { scoreDevice, type Shots } from './score-device.ts';

/** A learner and the devices it has not seen. */
export type Fold = { fitted: FittedLearner; heldOut: readonly DeviceTable[] };

export function fleetOf(spec: FeatureSpec, tables: readonly DeviceTable[], deviceClass: string): LabelledFleet {
  return { spec, deviceClass, devices: tables.map(({ deviceId, n, windows, labels }) => ({ deviceId, n, windows, labels })) };
}

/**
 * Deals the devices into folds and fits one learner without each. A single device is held out against its own adaptation part; without
 * a device, or where the learner cannot be fitted on so little, there is no fold.
 */
export async function crossFit(
  learner: Learner,
  spec: FeatureSpec,
  tables: readonly DeviceTable[],
  { folds, calibrationDevices }: Pick<EvaluationPlan, 'folds' | 'calibrationDevices'>,
  seed: number,
  deviceClass: string,
): Promise<Fold[]> {
  const parts = tables.length === 1 ? [{ rest: tables.map(adaptationPart), heldOut: tables }] : dealt(tables, folds);
  const fitted: Fold[] = [];
  for (const { rest, heldOut } of parts) {
    const fold = await unlessTooLittle(async () => ({
      fitted: await learner.fit(fleetOf(spec, rest, deviceClass), { seed }),
      heldOut: thinned(heldOut, calibrationDevices / folds),
    }));
    if (fold !== null) fitted.push(fold);
  }
  return fitted;
}

/**
 * Null distribution of the scores of the held-out devices' later normal windows after the same shots; null where there is
 * no such window.
 */
export async function crossFittedCalibration(
  folds: readonly Fold[],
  shots: Shots,
  plan: Pick<EvaluationPlan, 'support'>,
  seed: number,
): Promise<Calibration | null> {
  const known: DeviceScores[] = [];
  for (const { fitted, heldOut } of folds) {
    for (const table of heldOut) {
      const judged = await unlessTooLittle(() => scoreDevice(fitted, table, shots, plan, seed));
      if (judged === null) continue;
      const { scores, labels } = judged;
      known.push({ shots: shots.shots, deviceId: table.deviceId, scores: scores.filter((_, i) => labels[i] === 0) });
    }
  }
  if (known.every(({ scores }) => scores.length === 0)) return null;
  return calibrate(known);
}

/** Null where the learner says it has no answer. */
export async function unlessTooLittle<T>(attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof NotApplicable) return null;
    throw error;
  }
}

function dealt(tables: readonly DeviceTable[], folds: number): { rest: DeviceTable[]; heldOut: DeviceTable[] }[] {
  return Array.from({ length: Math.min(folds, tables.length) }, (_, fold) => ({
    rest: tables.filter((_table, i) => i % folds !== fold),
    heldOut: tables.filter((_table, i) => i % folds === fold),
  }));
}

/** At most about `count` of the devices, spread over all of them. */
function thinned(tables: readonly DeviceTable[], count: number): DeviceTable[] {
  const step = Math.max(1, tables.length / count);
  return tables.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

function adaptationPart(table: DeviceTable): DeviceTable {
  const n = supportCount(table);
  return { ...table, n, windows: table.windows.subarray(0, n * table.d), labels: table.labels.subarray(0, n) };
}
