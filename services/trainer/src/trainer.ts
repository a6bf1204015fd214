// The trainer: remembers what the topics tell of every class and, when there is enough that is new, learns and publishes a
// bundle. One trainer per consumer group: of two that share the devices between them neither learns.
import type { TopicsConfig, TrainerConfig } from '@tocsin/config';
import type { TrainerMetrics } from '@tocsin/observability';
import type { DeviceClass, LogMessage, ScoredWindow } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { ReaderStatus, Transport } from '@tocsin/transport';
import { createBackendSign } from './backend-sign.ts';
import { createClassTrainer, newWindows, type ClassTrainer } from './class-trainer.ts';
import type { EpisodeStore, StoreSummary } from './episode-store/episode-store.ts';
import { openIntake, type OpenIntake } from './intake/open-intake.ts';
import type { Keys } from './rollout/bundle-store.ts';
import { saveAlarms, takeUp, type GuideRoom } from './rollout/guide-class.ts';
import { openRollouts } from './rollout/rollouts.ts';
import { takeTurns } from './take-turns.ts';
import { createMetaUpdater, type MetaUpdater } from './update/meta-updater.ts';

/** While more records than this are waiting, what is known is too little to learn from. */
const lagRecordsMax = 500;

export type TrainerOptions = {
  transport: Transport;
  state: StateStore;
  classes: readonly DeviceClass[];
  topics: Pick<TopicsConfig, 'windows' | 'alerts' | 'labels' | 'models'>;
  config: TrainerConfig;
  /** Where meta-updates run; a thread of its own with `config.backend` unless given. */
  updater?: MetaUpdater;
  /** Who signs bundles, and whose are trusted; nobody and anybody unless given. */
  keys?: Keys;
  metrics: TrainerMetrics;
  note: LogMessage;
  now(): number;
};

export type ClassStatus = {
  /** Version of the bundle in use, 0 for none. */
  version: number;
  devices: number;
  newWindows: number;
  /** What the gate said last; null before the first meta-update. */
  verdict: string | null;
};

export type TrainerStatus = {
  reader: ReaderStatus;
  backend: string | null;
  store: StoreSummary | null;
  /** What keeps it from taking windows in, or from learning: a disk that is full, another trainer in its group. */
  problems: string[];
  classes: Record<string, ClassStatus>;
};

export type Trainer = {
  /** Finds a backend, opens its store, loads what is in use and begins to read. Rejects where one of them cannot be had. */
  start(): Promise<void>;
  /** Gives up a meta-update under way; nothing half-done is published. */
  stop(): Promise<void>;
  status(): TrainerStatus;
};

/** Of a trainer that does not read yet, or no longer. */
const notReading: ReaderStatus = { joined: false, assigned: [], rebalances: 0, resets: 0, stalledMs: 0, fatal: null };

export function createTrainer(options: TrainerOptions): Trainer {
  const { transport, state, classes, topics, config, metrics, note, now } = options;
  const updater = options.updater ?? createMetaUpdater({ backend: config.backend, requireGpu: config.requireGpu });
  const trainers = new Map(classes.map((deviceClass) => [deviceClass.name, createClassTrainer(deviceClass)]));
  const writer = transport.writer();
  const { keys = { signing: null, trusted: [] } } = options;
  const rollouts = openRollouts({ state, writer, topic: topics.models, keys, by: 'trainer', note, now });
  const room: GuideRoom = { rollouts, state, config, metrics, note, now };
  const shown = createBackendSign(metrics, note);
  let intake: OpenIntake | null = null;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | null = null;
  let isStopping = false;

  async function look({ store, status, isAlone }: OpenIntake): Promise<void> {
    if (!status().joined || !(await isAlone())) return;
    await takeTurns(trainers.values(), {
      workshop: { ...room, updater, store },
      showBackend: shown.show,
      hasNoBackend: () => shown.description() === null,
      isBehind: () => lagRecords(status()) > lagRecordsMax,
      isStopping: () => isStopping,
    });
  }

  const onWindow = (window: ScoredWindow): void => trainers.get(window.deviceClass)?.tally.take(window);

  return {
    async start() {
      shown.show(await updater.backend());
      for (const trainer of trainers.values()) await takeUp(trainer, room);
      const opened = openIntake({ transport, topics, config, classes: trainers, metrics, note, now, onWindow });
      intake = opened;
      await opened.run();
      timer = setInterval(() => {
        round ??= look(opened)
          .catch((error) => note('warn', 'no class was looked at', { error: String(error) }))
          .finally(() => (round = null));
      }, config.everyMs);
    },
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await updater.close();
      await round;
      const opened = intake;
      intake = null;
      await opened?.close();
      if (opened !== null) for (const trainer of trainers.values()) await saveAlarms(trainer, state).catch(() => undefined);
      await writer.close();
    },
    status: () => ({
      reader: intake?.status() ?? notReading,
      backend: shown.description(),
      store: intake?.store.summary() ?? null,
      problems: intake?.problems() ?? [],
      classes: Object.fromEntries([...trainers].map(([name, trainer]) => [name, statusOf(trainer, intake?.store)])),
    }),
  };
}

function statusOf(trainer: ClassTrainer, store: EpisodeStore | undefined): ClassStatus {
  const { version, verdict } = trainer;
  if (store === undefined) return { version, devices: 0, newWindows: 0, verdict };
  const summary = store.classOf(trainer.deviceClass.name);
  return { version, devices: summary.ready, newWindows: newWindows(trainer, summary), verdict };
}

/** Records that were there when the reader last looked and have not been handed over; Infinity where nothing is known yet. */
function lagRecords({ joined, assigned }: ReaderStatus): number {
  if (!joined) return Number.POSITIVE_INFINITY;
  return assigned.reduce(
    (lag, { next, endOffset }) =>
      lag + (next === null || endOffset === null ? Number.POSITIVE_INFINITY : Math.max(0, endOffset - next)),
    0,
  );
}
