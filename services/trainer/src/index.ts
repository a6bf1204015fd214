// Meta-training, apart from the live path: learns what the devices of a class share and publishes it. Importing this loads no
// tfjs: that happens in the thread that meta-updates run in.
export type { BackendInfo, BackendName, BackendWish } from './backend.ts';
export { runTrainer, type RunningTrainer } from './run-trainer.ts';
export { createTrainer, type ClassStatus, type Trainer, type TrainerOptions } from './trainer.ts';
export { createMetaUpdater, type MetaUpdater } from './update/meta-updater.ts';
export {
  defaultUpdatePlan,
  type UpdateInput,
  type UpdatePlan,
  type UpdateProgress,
  type UpdateResult,
} from './update/update-plan.ts';
