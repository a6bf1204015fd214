// The trainer's memory of the log: the store, a reader that feeds it, and what is wrong with them.
import type { TopicsConfig, TrainerConfig } from '@tocsin/config';
import type { TrainerMetrics } from '@tocsin/observability';
import type { LogMessage, ScoredWindow } from '@tocsin/schemas';
import type { LogReader, ReaderStatus, Transport } from '@tocsin/transport';
import { openEpisodeStore, type EpisodeStore } from '../episode-store/episode-store.ts';
import type { ClassesInUse } from './decode-records.ts';
import { watchMembers } from './other-members.ts';
import { createReadIn } from './read-in.ts';
import { resumeReading } from './resume-reading.ts';
import { storePatiently } from './store-patiently.ts';

export type IntakeOptions = {
  transport: Transport;
  topics: Pick<TopicsConfig, 'windows' | 'alerts' | 'labels'>;
  config: TrainerConfig;
  /** What is learned, by class, and the bundle in use, whose version changes. */
  classes: ReadonlyMap<string, { spec: { hash: string; elements: readonly unknown[] }; version: number }>;
  metrics: TrainerMetrics;
  note: LogMessage;
  now(): number;
  /** Hears of every window that was taken in, once it is stored. */
  onWindow?: (window: ScoredWindow) => void;
};

export type OpenIntake = {
  store: EpisodeStore;
  /** Reads from now on. Rejects as a reader does. */
  run(): Promise<void>;
  status(): ReaderStatus;
  /** Are all partitions ours? If not, it is said. Rejects where the log is away. */
  isAlone(): Promise<boolean>;
  /** What keeps it from taking windows in, or others from learning. */
  problems(): string[];
  close(): Promise<void>;
};

/** Throws a store error where the store cannot be opened. */
export function openIntake(options: IntakeOptions): OpenIntake {
  const { transport, config, metrics, note, now, onWindow } = options;
  const { windows, alerts, labels } = options.topics;
  const topics = { windows, alerts, labels };
  const names = [windows, alerts, labels];
  const { groupId } = config;
  const store = openStore(options);
  const patient = storePatiently(store, note, now);
  const { resumeAt, isCurrent } = resumeReading(store, names, metrics, note);
  const reader: LogReader = transport.reader({ groupId, topics: names, startFrom: 'earliest', resumeAt });
  const handle = createReadIn({ topics, store: patient, isCurrent, classes: inUse(options), metrics, note, now, onWindow });
  const members = watchMembers({ admin: transport.admin(), groupId, topics: names, note });
  note('info', 'what is remembered', { ...store.summary() });
  return {
    store,
    run: () => reader.run(handle),
    status: () => reader.status(),
    isAlone: () => members.isAlone(reader.status()),
    problems: () => [patient.problem(), members.problem()].filter((problem) => problem !== null),
    async close() {
      await reader.stop();
      await store.close();
    },
  };
}

function openStore({ topics, config, classes, note, now }: IntakeOptions): EpisodeStore {
  const { minWindows, seed } = config;
  const layouts = [...classes].map(([deviceClass, { spec }]) => ({ deviceClass, specHash: spec.hash }));
  return openEpisodeStore({ ...config.store, seed, layouts, windowsTopic: topics.windows, minWindows, note, now });
}

function inUse({ classes }: IntakeOptions): ClassesInUse {
  return {
    layoutOf(name) {
      const spec = classes.get(name)?.spec;
      return spec === undefined ? null : { specHash: spec.hash, d: spec.elements.length };
    },
    versionOf: (name) => classes.get(name)?.version ?? 0,
  };
}
