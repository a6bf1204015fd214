// One class's turn to learn: publish what still waits to be, else run a meta-update if it is time for one. Tells metrics and log.
import type { TrainerMetrics } from '@tocsin/observability';
import { learnerNames, type BundleMetrics } from '@tocsin/schemas';
import { isDue, updateInput, type ClassTrainer, type News } from './class-trainer.ts';
import type { EpisodeStore } from './episode-store/episode-store.ts';
import { publishBundle, type GuideRoom } from './rollout/guide-class.ts';
import type { MetaUpdater } from './update/meta-updater.ts';
import type { UpdateResult } from './update/update-plan.ts';

export type Workshop = GuideRoom & { updater: MetaUpdater; store: EpisodeStore };

/** Rejects where training fails or the world is away; a bundle that could not be published is tried again at the next turn. */
export async function learnClass(trainer: ClassTrainer, workshop: Workshop): Promise<void> {
  const { config, metrics, store, now } = workshop;
  const labels = { class: trainer.deviceClass.name };
  const summary = store.classOf(trainer.deviceClass.name);
  metrics.devices.set(labels, summary.ready);
  if (trainer.pending === null && isDue(trainer, summary, config, now())) await learn(trainer, summary, workshop);
  if (trainer.pending === null) return;
  await publishBundle(trainer, summary.ready, workshop);
  markLearned(trainer, workshop);
  metrics.metaUpdates.inc({ ...labels, outcome: 'published' });
}

/** An update has come to its end. Where that cannot be stored, whoever starts anew learns once more from the same windows. */
function markLearned(trainer: ClassTrainer, { store, note }: Workshop): void {
  const deviceClass = trainer.deviceClass.name;
  if (trainer.attempted === null) return;
  try {
    store.learned(deviceClass, trainer.attempted);
    trainer.attempted = null;
  } catch (error) {
    note('warn', 'that a class was learned could not be stored', { deviceClass, error: String(error) });
  }
}

async function learn(trainer: ClassTrainer, { freshWindows, freshLabels }: News, workshop: Workshop): Promise<void> {
  const { config, updater, store, metrics, note, now } = workshop;
  const deviceClass = trainer.deviceClass.name;
  const labels = { class: deviceClass };
  const input = updateInput(trainer, store, config, now());
  trainer.attempted = { freshWindows, freshLabels };
  const startedMs = now();
  const result = await updater.update(input, ({ loss, stepSeconds }) => {
    metrics.metaStepSeconds.observe(stepSeconds);
    metrics.loss.set(labels, loss);
  });
  metrics.metaUpdateSeconds.observe((now() - startedMs) / 1000);
  const figures = figuresOf(result);
  if (figures !== null) showGate(figures, deviceClass, metrics);
  const refused = result.refused ?? [];
  metrics.devicesRefused.set(labels, refused.length);
  if (refused.length > 0) note('warn', 'devices that may not teach', { deviceClass, devices: refused.length, ...refused[0] });
  if (result.outcome === 'publish') {
    trainer.pending = result.bundle;
    trainer.verdict = result.bundle.metrics.verdict;
    return;
  }
  trainer.verdict = result.verdict;
  markLearned(trainer, workshop);
  metrics.metaUpdates.inc({ ...labels, outcome: figures === null ? 'waiting' : 'rejected' });
  note('info', 'no bundle published', { deviceClass, verdict: result.verdict });
}

function figuresOf(result: UpdateResult): BundleMetrics | null {
  return result.outcome === 'publish' ? result.bundle.metrics : result.metrics;
}

function showGate({ candidates, heldOutAuroc }: BundleMetrics, deviceClass: string, { gateAuroc }: TrainerMetrics): void {
  for (const learner of learnerNames) {
    const tried = candidates.find((candidate) => candidate.learner === learner);
    gateAuroc.set({ class: deviceClass, learner }, tried?.auroc ?? Number.NaN);
  }
  gateAuroc.set({ class: deviceClass, learner: 'in_use' }, heldOutAuroc.previous ?? Number.NaN);
}
