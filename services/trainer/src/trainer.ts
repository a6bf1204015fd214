// The trainer: remembers what the topics tell of every class and, when there is enough that is new, learns and publishes a
// bundle. One trainer per consumer group: two would share the devices between them and learn from half a fleet each.
import type { TopicsConfig, TrainerConfig } from '@tocsin/config';
import type { TrainerMetrics } from '@tocsin/observability';
import type { DeviceClass, LogMessage, ModelBundle, ScoredWindow } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { ReaderStatus, Transport } from '@tocsin/transport';
import { createClassTrainer, takeIn, type ClassTrainer } from './class-trainer.ts';
import { createOperatorMarks } from './intake/operator-marks.ts';
import { createReadIn } from './intake/read-in.ts';
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

export type Trainer = {
  /** Finds a backend, loads what is in use and begins to read. Rejects where no backend works or the store is away. */
  start(): Promise<void>;
  /** Gives up a meta-update under way; nothing half-done is published. */
  stop(): Promise<void>;
  status(): { reader: ReaderStatus; backend: string | null; classes: Record<string, ClassStatus> };
};

export function createTrainer(options: TrainerOptions): Trainer {
  const { transport, state, classes, topics, config, metrics, note, now } = options;
  const updater = options.updater ?? createMetaUpdater(config.backend);
  const trainers = new Map(classes.map((deviceClass) => [deviceClass.name, createClassTrainer(deviceClass)]));
  const marks = createOperatorMarks({ perDevice: 256, devices: 10_000 });
  const writer = transport.writer();
  const reader = transport.reader({
    groupId: config.groupId,
    topics: [topics.windows, topics.alerts, topics.labels],
    startFrom: 'earliest',
  });
  const publish = async (bundle: ModelBundle): Promise<void> => void (await publishBundle(bundle, state, writer, topics.models));
  const workshop = { config, updater, marks, metrics, note, now, publish };
  let backend: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | null = null;
  let isStopping = false;

  const onWindow = (window: ScoredWindow): void => {
    const trainer = trainers.get(window.deviceClass);
    if (trainer !== undefined && takeIn(trainer, window) === 'taken') metrics.windows.inc({ class: window.deviceClass });
  };

  async function takeTurns(): Promise<void> {
    for (const trainer of trainers.values()) {
      const deviceClass = trainer.deviceClass.name;
      if (isStopping || lagRecords(reader.status()) > lagRecordsMax) return;
      try {
        await learnClass(trainer, workshop);
      } catch (error) {
        if (isStopping) return;
        metrics.metaUpdates.inc({ class: deviceClass, outcome: 'failed' });
        const message =
          trainer.pending === null ? 'a meta-update failed' : 'a bundle could not be published; it will be tried again';
        note('error', message, { deviceClass, error: String(error) });
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
      backend = found.description;
      metrics.backend.set({ backend: found.name, device: found.device }, 1);
      note('info', 'outer steps have a backend', { backend });
      for (const trainer of trainers.values()) await startFromWhatIsInUse(trainer);
      await reader.run(createReadIn({ topics, marks, onWindow }, note));
      timer = setInterval(() => {
        round ??= takeTurns().finally(() => (round = null));
      }, config.everyMs);
    },
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await updater.close();
      await round;
      await reader.stop();
      await writer.close();
    },
    status: () => ({
      reader: reader.status(),
      backend,
      classes: Object.fromEntries([...trainers].map(([name, trainer]) => [name, statusOf(trainer, config)])),
    }),
  };
}

function statusOf({ version, windows, newWindows, verdict }: ClassTrainer, { minWindows }: TrainerConfig): ClassStatus {
  return { version, devices: windows.devicesWith(minWindows), newWindows, verdict };
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
