// Guides the versions of one class: follows what is written down, compares what is tried or watched, and takes the next step.
import type { TrainerConfig } from '@tocsin/config';
import { budgetOf } from '@tocsin/decisions';
import type { TrainerMetrics } from '@tocsin/observability';
import {
  alarmTallyKey,
  currentVersion,
  type AlarmFigures,
  type LogMessage,
  type ModelBundle,
  type Rollout,
  type RolloutVersion,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { ClassTrainer } from '../class-trainer.ts';
import type { EpisodeStore } from '../episode-store/episode-store.ts';
import { seededRandom } from '../random.ts';
import { shadowOf } from '../update/shadow.ts';
import { destinationOf, judgeTrial, trialOf, type Judgement } from './judge-trial.ts';
import { RolloutError } from './rollout-error.ts';
import type { Rollouts } from './rollouts.ts';

export type GuideRoom = {
  rollouts: Rollouts;
  state: StateStore;
  config: TrainerConfig;
  metrics: TrainerMetrics;
  note: LogMessage;
  now(): number;
};

/** What was counted is stored so often where nothing is tried, and a value that could expire is written again. */
const saveEveryMs = 600_000;
const refreshEveryMs = 86_400_000;
/** Devices whose newest windows say whether it was the bundle that alarms jumped with. */
const confirmingDevices = 100;

/** Takes up what an earlier trainer left. Rejects where the store cannot be read; what cannot be carried out now is at the next turn. */
export async function takeUp(trainer: ClassTrainer, { rollouts, state, note, ...room }: GuideRoom): Promise<void> {
  const deviceClass = trainer.deviceClass.name;
  const [counted] = await state.getMany([alarmTallyKey(deviceClass)]);
  try {
    if (counted !== null && counted !== undefined) trainer.tally.read(counted);
  } catch (error) {
    note('warn', 'what was counted of alarms cannot be read; counting begins anew', { deviceClass, error: String(error) });
  }
  const rollout = await rollouts.follow(deviceClass).catch(async (error: unknown) => {
    note('warn', 'what is in use could not be said again; that is tried at the next turn', { deviceClass, error: String(error) });
    return rollouts.read(deviceClass);
  });
  await use(trainer, rollout, { rollouts, state, note, ...room });
}

/** One turn: what others have changed, and what has been counted since, are put into effect. Rejects where the world is away. */
export async function guideClass(trainer: ClassTrainer, store: EpisodeStore, room: GuideRoom): Promise<void> {
  const { rollouts, config, now } = room;
  const deviceClass = trainer.deviceClass.name;
  await use(trainer, await rollouts.follow(deviceClass), room);
  const judgement = judgeTrial(trainer.rollout, trainer.tally, config, expectedOf(trainer), now());
  await save(trainer, judgement.kind !== 'nothing', room);
  trainer.isHeld = judgement.kind === 'wait' && judgement.isHeld;
  if (judgement.kind === 'nothing') return refresh(trainer, room);
  showAlarms(deviceClass, judgement.figures, room.metrics);
  const version = trainer.tally.trial()?.version ?? 0;
  const figures = judgement.figures ?? null;
  if (judgement.kind === 'wait') {
    if (figures !== null && hasNews(trainer.rollout, version, figures))
      trainer.rollout = await rollouts.count(deviceClass, version, figures, true);
    return;
  }
  await rollouts.count(deviceClass, version, figures, judgement.kind !== 'settle');
  await use(trainer, await stepOf(trainer, version, judgement, store, room), room);
}

/** Brings a bundle of a class of so many devices where it is to go first; may be repeated. */
export async function publishBundle(trainer: ClassTrainer, fleet: number, room: GuideRoom): Promise<void> {
  const { rollouts, config, now, note, metrics } = room;
  const { pending, deviceClass } = trainer;
  if (pending === null) return;
  await use(trainer, await rollouts.follow(deviceClass.name), room);
  // A bundle for other features is of no use to anybody, so the next one has nothing to be compared with.
  const known = { hasPrevious: trainer.inUse?.spec.hash === trainer.spec.hash, fleet };
  const { destination, reason } = destinationOf(trainer.rollout, trainer.tally, known, config, now());
  await use(trainer, await rollouts.publish(pending, destination, reason), room);
  trainer.pending = null;
  const { learner, seconds } = pending.metrics;
  trainer.verdict = `${pending.metrics.verdict}; ${reason}`;
  metrics.rollouts.inc({ class: deviceClass.name, step: destination.stage === 'canary' ? 'tried' : 'current' });
  const { version } = trainer.rollout.versions[trainer.rollout.versions.length - 1];
  const { stage } = destination;
  note('info', 'bundle published', { deviceClass: deviceClass.name, version, stage, learner, verdict: trainer.verdict, seconds });
}

/** Stores what was counted. */
export async function saveAlarms({ deviceClass, tally }: ClassTrainer, state: StateStore): Promise<void> {
  await state.put(alarmTallyKey(deviceClass.name), tally.write());
}

async function stepOf(
  trainer: ClassTrainer,
  version: number,
  judgement: Exclude<Judgement, { kind: 'nothing' | 'wait' }>,
  store: EpisodeStore,
  { rollouts, config, note, now, metrics }: GuideRoom,
): Promise<Rollout> {
  const deviceClass = trainer.deviceClass.name;
  const { kind, reason } = judgement;
  const told = { deviceClass, version, reason };
  if (kind === 'settle') return rollouts.read(deviceClass);
  if (kind === 'promote') {
    note('info', 'a bundle that was tried is current', told);
    metrics.rollouts.inc({ class: deviceClass, step: 'promoted' });
    return rollouts.promote(deviceClass, version, config.watchMs === 0 ? null : now() + config.watchMs, reason);
  }
  if (kind === 'withdraw') {
    note('warn', 'a bundle that was tried is withdrawn', told);
    metrics.rollouts.inc({ class: deviceClass, step: 'withdrawn' });
    return rollouts.withdraw(deviceClass, version, reason);
  }
  try {
    const { versions } = trainer.rollout;
    const number = versions.find((one) => one.version === version)?.before ?? null;
    const before = versions.find((one) => one.version === number);
    if (before !== undefined && !(await isToBlame(trainer, before, store, config, rollouts))) {
      note('warn', 'alarms jumped, and would have under the version before: the machines have changed, not the bundle', told);
      return await rollouts.count(deviceClass, version, null, false);
    }
    const rolledBack = await rollouts.rollback(deviceClass, trainer.spec.hash, reason);
    note('warn', 'a bundle is rolled back', { ...told, by: currentVersion(rolledBack)?.version });
    metrics.rollouts.inc({ class: deviceClass, step: 'rolled_back' });
    return rolledBack;
  } catch (error) {
    if (!(error instanceof RolloutError) || error.isRetriable) throw error;
    note('error', 'alarms jumped and the bundle cannot be taken back; see tocsin models list', { ...told, error: error.message });
    return rollouts.count(deviceClass, version, null, false);
  }
}

/** Does the bundle in use say of the newest windows that they are over the threshold, where the one before would not? */
async function isToBlame(
  { deviceClass, spec, inUse }: ClassTrainer,
  before: RolloutVersion,
  store: EpisodeStore,
  { alarmRiseMax, minWindows }: TrainerConfig,
  { bundles }: Rollouts,
): Promise<boolean> {
  const { bundle: earlier } = await bundles.trusted(deviceClass.name, before);
  if (inUse === null || earlier.spec.hash !== spec.hash || inUse.spec.hash !== spec.hash) return true;
  const choice = { specHash: spec.hash, windowsMin: minWindows, devicesMax: confirmingDevices, seed: inUse.version };
  const { devices } = store.load(deviceClass.name, choice);
  const limits = { alarmRiseMax, foundDropMax: 1, scoreShiftMax: Number.POSITIVE_INFINITY };
  const shadow = shadowOf(earlier, inUse, devices, { deviceClass, spec, limits, random: seededRandom(inUse.version) });
  return shadow === null || shadow.refusal !== null;
}

/** Share of windows over the threshold that the budget of the class comes to, as the bundle in use has it. */
function expectedOf({ deviceClass, inUse }: ClassTrainer): number {
  return inUse === null ? 0 : budgetOf(inUse.calibration, deviceClass.supportWindows, deviceClass).falseAlarmRate;
}

/** What the rollout says is in use, and what is compared from now on. */
async function use(trainer: ClassTrainer, rollout: Rollout, { rollouts, note, metrics }: GuideRoom): Promise<void> {
  const deviceClass = trainer.deviceClass.name;
  const inUse = currentVersion(rollout);
  const current = inUse?.version ?? 0;
  const tried = trainer.tally.trial()?.version;
  trainer.tally.compare(trialOf(rollout), tried === undefined || tried === current);
  const isOther = current !== trainer.version;
  trainer.rollout = rollout;
  trainer.version = current;
  if (!isOther) return;
  metrics.publishedAt.set({ class: deviceClass }, (inUse?.sinceMs ?? 0) / 1000);
  trainer.inUse = inUse === null ? null : await readable(deviceClass, inUse, rollouts, note);
}

async function readable(
  deviceClass: string,
  inUse: RolloutVersion,
  { bundles }: Rollouts,
  note: LogMessage,
): Promise<ModelBundle | null> {
  try {
    return (await bundles.trusted(deviceClass, inUse)).bundle;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    const { version } = inUse;
    const message = 'the bundle in use cannot be read; nothing will be compared with it';
    note('error', message, { deviceClass, version, error: error.message });
    return null;
  }
}

async function save(trainer: ClassTrainer, isComparing: boolean, { state, now }: GuideRoom): Promise<void> {
  const isTime = isComparing || now() >= trainer.savedAtMs + saveEveryMs;
  if (!isTime || trainer.tally.news() === 0) return;
  trainer.savedAtMs = now();
  await saveAlarms(trainer, state);
}

async function refresh({ rollout, deviceClass }: ClassTrainer, { rollouts, now }: GuideRoom): Promise<void> {
  if (rollout.versions.length > 0 && now() > rollout.savedAtMs + refreshEveryMs) await rollouts.refresh(deviceClass.name);
}

/** Every write is a comparison and an entry: not for every window. */
function hasNews({ versions }: Rollout, version: number, { tried }: AlarmFigures): boolean {
  const known = versions.find((one) => one.version === version)?.alarms?.tried;
  return known === undefined || tried.devices !== known.devices || tried.windows >= 1.1 * known.windows;
}

function showAlarms(deviceClass: string, figures: AlarmFigures | null, { alarmRate }: TrainerMetrics): void {
  const rates = { before: figures?.tried.before, tried: figures?.tried.after, others: figures?.others?.after };
  for (const group of ['before', 'tried', 'others'] as const)
    alarmRate.set({ class: deviceClass, group }, rates[group] ?? Number.NaN);
}
