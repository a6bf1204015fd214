// One device class in the trainer: what is in use, and when it is time for the next meta-update. Its windows are in the store.
import type { TrainerConfig } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import type { DeviceClass, FeatureSpec, ModelBundle } from '@tocsin/schemas';
import type { ClassSummary, EpisodeStore } from './episode-store/episode-store.ts';
import { outerPlan } from './meta/outer-plan.ts';
import { weightPlan } from './meta/weight-plan.ts';
import { defaultUpdatePlan, type UpdateInput } from './update/update-plan.ts';

/** What is news for a meta-update. */
export type News = Pick<ClassSummary, 'freshWindows' | 'freshLabels'>;

export type ClassTrainer = {
  deviceClass: DeviceClass;
  spec: FeatureSpec;
  /** The bundle in use and its version, which counts on even where the bundle cannot be read. */
  inUse: ModelBundle | null;
  version: number;
  /** What an update has seen that came to no end yet: it is news again for whoever starts anew. Null: none was tried. */
  attempted: News | null;
  /** Learned, but not published yet because the world was away. */
  pending: ModelBundle | null;
  verdict: string | null;
};

export function createClassTrainer(deviceClass: DeviceClass): ClassTrainer {
  const spec = createFeatureSpec(deviceClass);
  return { deviceClass, spec, inUse: null, version: 0, attempted: null, pending: null, verdict: null };
}

/** Windows that no meta-update has seen. */
export function newWindows({ attempted }: ClassTrainer, { freshWindows }: News): number {
  return freshWindows - (attempted?.freshWindows ?? 0);
}

/** The first meta-update waits for enough devices, every further one for enough new windows besides. */
export function isDue(trainer: ClassTrainer, summary: ClassSummary, config: TrainerConfig): boolean {
  const isFirst = trainer.version === 0 && trainer.attempted === null && summary.triedAtMs === null;
  return summary.ready >= config.minDevices && (isFirst || newWindows(trainer, summary) >= config.minNewWindows);
}

export function updateInput(trainer: ClassTrainer, store: EpisodeStore, config: TrainerConfig, createdAtMs: number): UpdateInput {
  const { deviceClass, spec, inUse, version } = trainer;
  // Another seed for every version, or the same episodes would be drawn again and again.
  const seed = config.seed + 10_000 * version;
  const { minWindows: windowsMin, devicesMax } = config;
  const { devices, learnedFrom } = store.load(deviceClass.name, { specHash: spec.hash, windowsMin, devicesMax, seed });
  return {
    deviceClass: deviceClass.name,
    learner: deviceClass.learner,
    spec,
    supportWindows: deviceClass.supportWindows,
    raise: deviceClass.decision,
    devices,
    learnedFrom,
    previous: inUse,
    version: version + 1,
    createdAtMs,
    seed,
    plan: {
      ...defaultUpdatePlan,
      heldOutShare: config.heldOutShare,
      weights: { ...weightPlan, steps: config.metaSteps },
      outer: { ...outerPlan, steps: config.metaSteps },
    },
  };
}
