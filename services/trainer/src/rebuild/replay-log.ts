// The log as a trainer read it, into a store of its own: every window after what had been said of its device by then. Reads nothing itself.
import type { LogMessage } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { openEpisodeStore, type StoreItem } from '../episode-store/episode-store.ts';
import type { EpisodeChoice, Episodes } from '../episode-store/load-episodes.ts';
import type { StoreLimits } from '../episode-store/store-room.ts';
import { decodeRecords, type IntakeTopics } from '../intake/decode-records.ts';
import type { Layout } from '../intake/why-refused.ts';

export type ReplayOptions = StoreLimits & {
  /** Of the store; nothing may be there yet. */
  directory: string;
  /** Of the store that is played again. */
  seed: number;
  topics: IntakeTopics;
  /** All classes, for they share the room. */
  layouts: ReadonlyMap<string, Layout>;
  minWindows: number;
  note: LogMessage;
};

/** Records of a topic in the order of each partition; alerts and labels before all windows. */
export type LogReplay = {
  said(records: readonly LogRecord[]): void;
  windows(records: readonly LogRecord[]): void;
  /** What there is to be learned from, once everything was handed over. */
  load(deviceClass: string, choice: EpisodeChoice): Episodes;
  close(): Promise<void>;
};

type Said = { atMs: number; item: StoreItem };

/**
 * A live trainer reads topics side by side, so what was said of a device came between its windows: it does here by the times of the records.
 * Which windows over the threshold are kept depends on it where there are more of them than have room.
 */
export function openReplay({ directory, seed, topics, layouts, minWindows, note, ...limits }: ReplayOptions): LogReplay {
  const store = openEpisodeStore({
    ...limits,
    directory,
    seed,
    layouts: [...layouts].map(([deviceClass, { specHash }]) => ({ deviceClass, specHash })),
    windowsTopic: topics.windows,
    minWindows,
    note,
    now: () => 0,
  });
  const classes = { layoutOf: (name: string) => layouts.get(name) ?? null, versionOf: () => 0 };
  /** By device, oldest first once `isSorted`. */
  const said = new Map<string, Said[]>();
  let isSorted = false;

  function sort(): void {
    if (isSorted) return;
    for (const each of said.values()) each.sort((one, other) => one.atMs - other.atMs);
    isSorted = true;
  }

  function until(deviceId: string, atMs: number): StoreItem[] {
    const waiting = said.get(deviceId) ?? [];
    const later = waiting.findIndex((each) => each.atMs > atMs);
    return waiting.splice(0, later < 0 ? waiting.length : later).map(({ item }) => item);
  }

  return {
    said(records) {
      isSorted = false;
      const atMs = new Map(records.map(({ offset, timestampMs }) => [offset, timestampMs]));
      for (const { offset, item } of decodeRecords(records, topics, classes).items) {
        if (item.kind === 'window') continue;
        const { deviceId } = item.kind === 'alert' ? item.alert : item.label;
        const waiting = said.get(deviceId) ?? [];
        waiting.push({ atMs: atMs.get(offset) ?? 0, item });
        said.set(deviceId, waiting);
      }
    },
    windows(records) {
      if (records.length === 0) return;
      sort();
      const [{ topic, partition }] = records;
      const atMs = new Map(records.map(({ offset, timestampMs }) => [offset, timestampMs]));
      const items = decodeRecords(records, topics, classes).items.flatMap(({ offset, item }) => {
        const before = item.kind === 'window' ? until(item.window.deviceId, atMs.get(offset) ?? 0) : [];
        return [...before, item].map((each) => ({ offset, item: each }));
      });
      store.take({ topic, partition, records, items });
    },
    load(deviceClass, choice) {
      const last: LogRecord = {
        topic: topics.labels,
        partition: 0,
        offset: 0,
        timestampMs: 0,
        key: null,
        value: null,
        headers: {},
      };
      const items = [...said.keys()].flatMap((deviceId) => until(deviceId, Infinity)).map((item) => ({ offset: 0, item }));
      store.take({ topic: last.topic, partition: 0, records: [last], items });
      return store.load(deviceClass, choice);
    },
    close: () => store.close(),
  };
}
