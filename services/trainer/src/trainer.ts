// The trainer: remembers what the topics tell of every class and, when there is enough that is new, learns and publishes a
// bundle. One trainer per consumer group: of two that share the devices between them neither learns.
import type { TopicsConfig, TrainerConfig } from '@tocsin/config';
import type { TrainerMetrics } from '@tocsin/observability';
import type { DeviceClass, LogMessage, ModelBundle } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { ReaderStatus, Transport } from '@tocsin/transport';
import type { BackendInfo } from './backend.ts';
import { createClassTrainer, newWindows, type ClassTrainer } from './class-trainer.ts';
import type { EpisodeStore, StoreSummary } from './episode-store/episode-store.ts';
import { openIntake, type OpenIntake } from './intake/open-intake.ts';
import { announce, publishBundle } from './publish/publish-bundle.ts';
import { loadCurrent } from './publish/current-bundle.ts';
import { learnClass } from './learn-class.ts';
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
  const publish = async (bundle: ModelBundle): Promise<void> => void (await publishBundle(bundle, state, writer, topics.models));
  let intake: OpenIntake | null = null;
  let backend: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | null = null;
  let isStopping = false;

  function showBackend(found: BackendInfo): void {
    if (found.description === backend) return;
    backend = found.description;
    metrics.backend.reset();
    metrics.backend.set({ backend: found.name, device: found.device }, 1);
    metrics.backendStepSeconds.set(found.stepSeconds);
    note('info', 'outer steps have a backend', { backend });
  }

  async function takeTurns({ store, status, isAlone }: OpenIntake): Promise<void> {
    if (lagRecords(status()) > lagRecordsMax || !(await isAlone())) return;
    const workshop = { config, updater, store, metrics, note, now, publish };
    for (const trainer of trainers.values()) {
      const deviceClass = trainer.deviceClass.name;
      if (isStopping || lagRecords(status()) > lagRecordsMax) return;
      try {
        await learnClass(trainer, workshop);
      } catch (error) {
        if (isStopping) return;
        metrics.metaUpdates.inc({ class: deviceClass, outcome: 'failed' });
        const message =
          trainer.pending === null ? 'a meta-update failed' : 'a bundle could not be published; it will be tried again';
        note('error', message, { deviceClass, error: String(error) });
        // Where its backend is gone there may be another one.
        await updater.backend().then(showBackend, (reason) => note('error', 'outer steps have no backend', { error: String(reason) }));
      }
    }
  }

  async function startFromWhatIsInUse(trainer: ClassTrainer): Promise<void> {
    const { announcement, bundle } = await loadCurrent(state, trainer.deviceClass.name, note);
    if (announcement === null) return;
    trainer.version = announcement.version;
    trainer.inUse = bundle;
    // Whoever published it may have ended before it was said.
    if (bundle !== null) await announce(announcement, writer, topics.models);
  }

  return {
    async start() {
      const found = await updater.backend();
      showBackend(found);
      for (const trainer of trainers.values()) await startFromWhatIsInUse(trainer);
      const opened = openIntake({ transport, topics, config, classes: trainers, metrics, note, now });
      intake = opened;
      await opened.run();
      timer = setInterval(() => {
        round ??= takeTurns(opened)
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
      await writer.close();
    },
    status: () => ({
      reader: intake?.status() ?? notReading,
      backend,
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
