// One learner on one class of devices: fitted on its meta-train devices, judged on devices it has never seen.
import { NotApplicable, type FittedLearner, type Learner } from '@tocsin/models';
import type { FeatureSpec } from '@tocsin/schemas';
import { deviceFigures, type Figures, type WindowPlace } from '../metrics/device-figures.ts';
import { supportCount, type DeviceTable } from '../windows/device-table.ts';
import { fleetOf } from './cross-fit.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import { thresholdsAlong } from './moving-threshold.ts';
import { scoreDevice, withoutAnomalies, type ScoredDevice, type Shots } from './score-device.ts';
import { createThresholds, type ThresholdOf } from './thresholds.ts';

/** A class, cut: whom to learn from and whom to judge. */
export type ClassTables = {
  name: string;
  spec: FeatureSpec;
  place: WindowPlace;
  train: readonly DeviceTable[];
  judged: readonly DeviceTable[];
};

export type DeviceResult = Shots & { deviceId: string; group: string; supportWindows: number; figures: Figures };

/** Shots at which the learner had no answer for devices of a class, and what it would have needed. */
export type Skip = Shots & { deviceClass: string; reason: string };

export type ClassResult = {
  devices: DeviceResult[];
  skips: Skip[];
  /** What the learner made of the class, where it had a choice. */
  origin: string | null;
  /** Wall time of fitting on all devices, of an adaptation and of a score. */
  fitMs: number;
  adaptMs: number;
  scoreUs: number;
};

type Clock = { adaptMs: number; adaptations: number; scoreMs: number; scores: number };

/** Judges at every number of shots and anomalies of the plan. `onStep` hears the share that is done. */
export async function judgeClass(
  learner: Learner,
  tables: ClassTables,
  plan: EvaluationPlan,
  seed: number,
  onStep: (share: number) => void = () => {},
): Promise<ClassResult> {
  const { name, spec, train } = tables;
  const result: ClassResult = { devices: [], skips: [], origin: null, fitMs: 0, adaptMs: 0, scoreUs: 0 };
  const all = plan.shots.flatMap((shots) => plan.anomalies.map((anomalies) => ({ shots, anomalies })));
  const startedMs = performance.now();
  let fitted: FittedLearner;
  try {
    fitted = await learner.fit(fleetOf(spec, train, name), { seed });
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
    return { ...result, skips: all.map((shots) => ({ ...shots, deviceClass: name, reason: error.message })) };
  }
  result.fitMs = performance.now() - startedMs;
  result.origin = fitted.origin ?? null;
  const thresholdsAt = await createThresholds(learner, fitted, tables, plan, seed);
  const clock: Clock = { adaptMs: 0, adaptations: 0, scoreMs: 0, scores: 0 };
  const scored = createScorer(learner, fitted, plan, seed, clock);
  let done = 0;
  const most = Math.max(...[...train, ...tables.judged].map(supportCount));
  for (const shots of all) {
    const same = plan.support === 'first' ? all.find((other) => isSameSupport(other, shots, most)) : undefined;
    if (same !== undefined && same !== shots) {
      repeat(result, same, shots);
      continue;
    }
    const skip = await judgeAt(tables, shots, await thresholdsAt(shots), scored, result);
    if (skip !== null) result.skips.push({ ...shots, deviceClass: name, reason: skip });
    onStep(++done / all.length);
  }
  result.adaptMs = clock.adaptMs / Math.max(1, clock.adaptations);
  result.scoreUs = (1000 * clock.scoreMs) / Math.max(1, clock.scores);
  return result;
}

/** Where no device has more support windows than the smaller of two numbers of shots, both give the same figures. */
function isSameSupport(one: Shots, other: Shots, most: number): boolean {
  return one.anomalies === other.anomalies && Math.min(one.shots, most) === Math.min(other.shots, most);
}

function repeat(result: ClassResult, known: Shots, shots: Shots): void {
  const isKnown = (entry: Shots): boolean => entry.shots === known.shots && entry.anomalies === known.anomalies;
  result.devices.push(...result.devices.filter(isKnown).map((device) => ({ ...device, ...shots })));
  result.skips.push(...result.skips.filter(isKnown).map((skip) => ({ ...skip, ...shots })));
}

/** Why the learner had no answer; null where it had. */
async function judgeAt(
  { judged, place }: ClassTables,
  shots: Shots,
  thresholdOf: ThresholdOf,
  scored: (table: DeviceTable, shots: Shots) => Promise<ScoredDevice>,
  result: ClassResult,
): Promise<string | null> {
  let reason: string | null = null;
  for (const table of judged) {
    try {
      const device = await scored(table, shots);
      const { deviceId, group, events } = table;
      const threshold = thresholdOf(table);
      const figures = deviceFigures(device, events, threshold && thresholdsAlong(threshold, device.scores), place);
      result.devices.push({ ...shots, deviceId, group, supportWindows: device.supportWindows, figures });
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
      reason = error.message;
    }
  }
  return reason;
}

/** Scores of a device; a learner that labels do not change scores it once per number of shots. */
function createScorer(learner: Learner, fitted: FittedLearner, plan: EvaluationPlan, seed: number, clock: Clock) {
  const kept = new Map<string, { shots: number; device: ScoredDevice }>();
  return async (table: DeviceTable, { shots, anomalies }: Shots): Promise<ScoredDevice> => {
    const last = kept.get(table.deviceId);
    if (!learner.usesAnomalies && last?.shots === shots) return withoutAnomalies(table, last.device, anomalies);
    const wanted = learner.usesAnomalies ? anomalies : 0;
    const device = await scoreDevice(fitted, table, { shots, anomalies: wanted }, plan, seed);
    clock.adaptMs += device.adaptMs;
    clock.adaptations++;
    clock.scoreMs += device.scoreMs;
    clock.scores += device.scores.length;
    if (learner.usesAnomalies) return device;
    kept.set(table.deviceId, { shots, device });
    return withoutAnomalies(table, device, anomalies);
  };
}
