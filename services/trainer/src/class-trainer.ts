// One device class in the trainer: what is in use, and when it is time for the next meta-update. Its windows are in the store.
import { createHash } from 'node:crypto';
import type { TrainerConfig } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import type { DeviceClass, FeatureSpec, ModelBundle, Rollout } from '@tocsin/schemas';
import type { ClassSummary, EpisodeStore } from './episode-store/episode-store.ts';
import { outerPlan, sized } from './meta/outer-plan.ts';
import { weightPlan } from './meta/weight-plan.ts';
import { createAlarmTally, type AlarmTally } from './rollout/alarm-tally.ts';
import { nothingPublished } from './rollout/steps.ts';
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
  /** What has become of its versions; whether the next waits until more is known of one that is tried; and how often devices alarm. */
  rollout: Rollout;
  isHeld: boolean;
  tally: AlarmTally;
  savedAtMs: number;
};

export function createClassTrainer(deviceClass: DeviceClass): ClassTrainer {
  const spec = createFeatureSpec(deviceClass);
  const inUse = { inUse: null, version: 0, attempted: null, pending: null, verdict: null };
  return {
    deviceClass,
    spec,
    ...inUse,
    rollout: nothingPublished,
    isHeld: false,
    tally: createAlarmTally(deviceClass),
    savedAtMs: 0,
  };
}

/** Windows that no meta-update has seen. */
export function newWindows({ attempted }: ClassTrainer, { freshWindows }: News): number {
  return freshWindows - (attempted?.freshWindows ?? 0);
}

/**
 * The first meta-update waits for enough devices, every further one for enough new windows or labels besides, or for its time where there
 * is anything new at all; and none begins while more has to be known of the last one.
 */
export function isDue(trainer: ClassTrainer, summary: ClassSummary, config: TrainerConfig, nowMs: number): boolean {
  if (trainer.isHeld || summary.ready < config.minDevices) return false;
  const { attempted, version } = trainer;
  if (version === 0 && attempted === null && summary.triedAtMs === null) return true;
  const windows = newWindows(trainer, summary);
  const labels = summary.freshLabels - (attempted?.freshLabels ?? 0);
  if (windows >= config.minNewWindows || labels >= config.minNewLabels) return true;
  const isTime = config.atLeastEveryMs !== null && nowMs >= (summary.triedAtMs ?? nowMs) + config.atLeastEveryMs;
  return isTime && windows + labels > 0;
}

export function updateInput(trainer: ClassTrainer, store: EpisodeStore, config: TrainerConfig, createdAtMs: number): UpdateInput {
  const { deviceClass, spec, inUse, rollout } = trainer;
  // Another seed for every version, or the same episodes would be drawn again and again.
  const seed = config.seed + 10_000 * rollout.lastVersion;
  const { minWindows: windowsMin, devicesMax } = config;
  const { devices, learnedFrom } = store.load(deviceClass.name, { specHash: spec.hash, windowsMin, devicesMax, seed });
  const known = { ...learnedFrom, inUse: inUse?.version ?? 0, settings: settingsDigest(deviceClass, config) };
  const version = rollout.lastVersion + 1;
  return inputOf({ deviceClass, spec, previous: inUse, devices, learnedFrom: known, version, createdAtMs, seed }, config);
}

/** What differs from one update of a class to the next. */
export type Occasion = Pick<UpdateInput, 'spec' | 'devices' | 'learnedFrom' | 'previous' | 'version' | 'createdAtMs' | 'seed'> & {
  deviceClass: DeviceClass;
};

export function inputOf({ deviceClass, ...occasion }: Occasion, config: TrainerConfig): UpdateInput {
  return {
    ...occasion,
    deviceClass: deviceClass.name,
    learner: deviceClass.learner,
    supportWindows: deviceClass.supportWindows,
    raise: deviceClass.decision,
    shadow: { deviceClass, limits: config },
    plan: {
      ...defaultUpdatePlan,
      heldOutShare: config.heldOutShare,
      weights: sized(weightPlan, config.metaSteps, config.metaEpisodes),
      outer: sized(outerPlan, config.metaSteps, config.metaEpisodes),
    },
  };
}

/** Of what is configured and bears on what is learned: equal digests, windows and seeds give equal bundles. */
export function settingsDigest(
  { learner, supportWindows, decision, window, rateHz }: DeviceClass,
  config: TrainerConfig,
): string {
  const { heldOutShare, metaSteps, metaEpisodes, minWindows, devicesMax, alarmRiseMax, foundDropMax, scoreShiftMax } = config;
  const { maxBytes, windowsPerDevice } = config.store;
  const ofClass = [learner, supportWindows, decision, window, rateHz];
  const ofTrainer = [heldOutShare, metaSteps, metaEpisodes, alarmRiseMax, foundDropMax, scoreShiftMax];
  const ofStore = [minWindows, devicesMax, maxBytes, windowsPerDevice];
  return createHash('sha256')
    .update(JSON.stringify([ofClass, ofTrainer, ofStore]))
    .digest('hex')
    .slice(0, 16);
}
