// Meta-training, apart from the live path: learns what the devices of a class share and publishes it. Importing this loads no
// tfjs: that happens in the thread that meta-updates run in.
export type { BackendInfo, BackendName, BackendWish } from './backend.ts';
export { obstacles, otherWindows, rebuildBundle, recordedChoice, type Rebuilt, type Recorded } from './rebuild/rebuild-bundle.ts';
export { openReplay, type LogReplay } from './rebuild/replay-log.ts';
export { createBundleStore, type BundleStore, type Keys, type StoredBundle } from './rollout/bundle-store.ts';
export { alarmWords } from './rollout/judge-trial.ts';
export { RolloutError, type RolloutErrorCode } from './rollout/rollout-error.ts';
export { createRolloutStore, type RolloutStore } from './rollout/rollout-store.ts';
export { openRollouts, type Rollouts } from './rollout/rollouts.ts';
export { keysOf, runTrainer, type RunningTrainer } from './run-trainer.ts';
export { createTrainer, type ClassStatus, type Trainer, type TrainerOptions } from './trainer.ts';
export { createMetaUpdater, type MetaUpdater } from './update/meta-updater.ts';
export {
  defaultUpdatePlan,
  type UpdateInput,
  type UpdatePlan,
  type UpdateProgress,
  type UpdateResult,
} from './update/update-plan.ts';
