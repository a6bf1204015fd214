// One device class in the trainer: its windows, what is in use, and when it is time for the next meta-update.
import type { TrainerConfig } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import type { DeviceClass, FeatureSpec, ModelBundle, ScoredWindow } from '@tocsin/schemas';
import { createClassWindows, type ClassWindows, type Taken } from './intake/class-windows.ts';
import type { OperatorMarks } from './intake/operator-marks.ts';
import { outerPlan } from './meta/outer-plan.ts';
import { weightPlan } from './meta/weight-plan.ts';
import { defaultUpdatePlan, type UpdateInput } from './update/update-plan.ts';

/** Memory of the trainer: at most 200 devices of a class, 288 windows of each; 23 MB at 100 features. */
const devicesMax = 200;
const bounds = { whole: 64, kept: 256, suspicious: 32, suspectP: 0.001 };

export type ClassTrainer = {
  deviceClass: DeviceClass;
  spec: FeatureSpec;
  windows: ClassWindows;
  /** The bundle in use and its version, which counts on even where the bundle cannot be read. */
  inUse: ModelBundle | null;
  version: number;
  /** Windows taken since the last meta-update, or scored by the bundle in use; and whether there was an update yet. */
  newWindows: number;
  hasTried: boolean;
  /** Learned, but not published yet because the world was away. */
  pending: ModelBundle | null;
  verdict: string | null;
};

export function createClassTrainer(deviceClass: DeviceClass): ClassTrainer {
  const spec = createFeatureSpec(deviceClass);
  return {
    deviceClass,
    spec,
    windows: createClassWindows(spec.hash, devicesMax, bounds),
    inUse: null,
    version: 0,
    newWindows: 0,
    hasTried: false,
    pending: null,
    verdict: null,
  };
}

/**
 * Takes a window in. It is new where the bundle in use scored it: after a restart the topic is read again from its start, and
 * what an earlier bundle scored has taught already.
 */
export function takeIn(trainer: ClassTrainer, window: ScoredWindow): Taken {
  const taken = trainer.windows.take(window);
  if (taken === 'taken' && window.modelVersion >= trainer.version) trainer.newWindows += 1;
  return taken;
}

/** The first meta-update waits for enough devices, every further one for enough new windows besides. */
export function isDue({ windows, version, hasTried, newWindows }: ClassTrainer, config: TrainerConfig): boolean {
  const isFirst = version === 0 && !hasTried;
  return windows.devicesWith(config.minWindows) >= config.minDevices && (isFirst || newWindows >= config.minNewWindows);
}

export function updateInput(
  trainer: ClassTrainer,
  marks: OperatorMarks,
  config: TrainerConfig,
  createdAtMs: number,
): UpdateInput {
  const { deviceClass, spec, windows, inUse, version } = trainer;
  return {
    deviceClass: deviceClass.name,
    learner: deviceClass.learner,
    spec,
    supportWindows: deviceClass.supportWindows,
    raise: deviceClass.decision,
    devices: windows.histories(marks),
    previous: inUse,
    version: version + 1,
    createdAtMs,
    // Another seed for every version, or the same episodes would be drawn again and again.
    seed: config.seed + 10_000 * version,
    plan: {
      ...defaultUpdatePlan,
      heldOutShare: config.heldOutShare,
      weights: { ...weightPlan, steps: config.metaSteps },
      outer: { ...outerPlan, steps: config.metaSteps },
    },
  };
}
