// One look at every class: its versions are guided, and it learns where it is time to. What fails is said, and left to the next look.
import type { LogMessage } from '@tocsin/schemas';
import type { BackendInfo } from './backend.ts';
import type { ClassTrainer } from './class-trainer.ts';
import { learnClass, type Workshop } from './learn-class.ts';
import { guideClass } from './rollout/guide-class.ts';

export type Turns = {
  workshop: Workshop;
  /** What computes from now on; null where nothing does. */
  showBackend(found: BackendInfo | null): void;
  /** The last one is gone, and no other was found. */
  hasNoBackend(): boolean;
  /** So much waits to be read that what is known is too little to learn from. */
  isBehind(): boolean;
  /** A failure is what stopping looks like. */
  isStopping(): boolean;
};

export async function takeTurns(trainers: Iterable<ClassTrainer>, turns: Turns): Promise<void> {
  if (turns.hasNoBackend() && !turns.isStopping()) await findBackend(turns);
  for (const trainer of trainers) {
    if (turns.isStopping()) return;
    // A bundle that alarms too often is taken back however much there is to read.
    const mayLearn = await isGuided(trainer, turns.workshop);
    if (mayLearn && !turns.isBehind() && !turns.isStopping()) await learn(trainer, turns);
  }
}

/** False where the world is away: then the class does not learn, either. */
async function isGuided(trainer: ClassTrainer, { store, note, ...room }: Workshop): Promise<boolean> {
  try {
    await guideClass(trainer, store, { ...room, note });
    return true;
  } catch (error) {
    sayFailed(note, 'warn', 'versions could not be looked after; tried again at the next turn', trainer, error);
    return false;
  }
}

async function learn(trainer: ClassTrainer, turns: Turns): Promise<void> {
  const { workshop, isStopping } = turns;
  const { metrics, note } = workshop;
  try {
    await learnClass(trainer, workshop);
  } catch (error) {
    if (isStopping()) return;
    metrics.metaUpdates.inc({ class: trainer.deviceClass.name, outcome: 'failed' });
    const message = trainer.pending === null ? 'a meta-update failed' : 'a bundle could not be published; it will be tried again';
    sayFailed(note, 'error', message, trainer, error);
    // Where its backend is gone there may be another one.
    await findBackend(turns);
  }
}

async function findBackend({ workshop: { updater, note }, showBackend }: Turns): Promise<void> {
  await updater.backend().then(showBackend, (reason) => {
    showBackend(null);
    note('error', 'outer steps have no backend', { error: String(reason) });
  });
}

function sayFailed(note: LogMessage, level: 'warn' | 'error', message: string, trainer: ClassTrainer, error: unknown): void {
  note(level, message, { deviceClass: trainer.deviceClass.name, error: String(error) });
}
