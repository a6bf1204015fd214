// Edges that cost nothing, for measuring the live path alone: a log that hands over prepared records, a store in memory.
import { isInTheWay, type OrderedEntry, type StateStore } from '@tocsin/state';
import type { BatchHandler, LogRecord, LogReader, OutgoingRecord, Transport } from '@tocsin/transport';

const never = async (): Promise<void> => undefined;

/** A reader of nothing that hands its handler to the caller. */
function idleReader(onRun: (handler: BatchHandler) => void): LogReader {
  const status = { joined: true, assigned: [], rebalances: 0, resets: 0, stalledMs: 0, fatal: null };
  return {
    run: async (handler) => onRun(handler),
    status: () => status,
    pause: () => undefined,
    resume: () => undefined,
    stop: never,
  };
}

export type NullTransport = Transport & {
  /** Feeds consecutive records of one partition to the reader of `topic`. */
  feed(topic: string, records: readonly LogRecord[]): Promise<void>;
  sent: { records: number; bytes: number };
};

/** Outputs are counted and dropped. */
export function createNullTransport(): NullTransport {
  const handlers = new Map<string, BatchHandler>();
  const sent = { records: 0, bytes: 0 };
  const count = async (records: readonly OutgoingRecord[]) => {
    sent.records += records.length;
    for (const { value } of records) sent.bytes += value?.byteLength ?? 0;
  };
  return {
    kind: 'embedded',
    sent,
    reader: ({ topics }) => idleReader((handler) => topics.forEach((topic) => handlers.set(topic, handler))),
    writer: () => ({ send: count, close: never }),
    admin: () => {
      throw new Error('the null transport has no admin');
    },
    close: never,
    async feed(topic, records) {
      await handlers.get(topic)!({
        topic,
        partition: 0,
        records,
        endOffset: records.at(-1)!.offset + 1,
        epoch: 1,
        resumedFrom: { offset: 0, metadata: '' },
        isStale: () => false,
        heartbeat: never,
        commit: never,
      });
    },
  };
}

/** A store in a Map; the order is kept beside the value. */
export function createMemoryState(): StateStore {
  const values = new Map<string, { order: number; value: Uint8Array }>();
  const putIfNewer = (entry: OrderedEntry): boolean => {
    const { key, order, value } = entry;
    const there = values.get(key);
    if (there !== undefined && isInTheWay(there.order, entry)) return false;
    values.set(key, { order, value });
    return true;
  };
  return {
    kind: 'embedded',
    getMany: async (keys) => keys.map((key) => values.get(key)?.value ?? null),
    putIfNewer: async (entries) => entries.map(putIfNewer),
    put: async (key, value) => void values.set(key, { order: -Infinity, value }),
    remove: async (keys) => keys.forEach((key) => values.delete(key)),
    ping: async () => 'memory',
    close: never,
  };
}
