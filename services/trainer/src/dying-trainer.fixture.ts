// For tests: a trainer on a log and a state store in memory and an episode store on disk, which dies at a call to the world that is
// chosen, before or after its effect: from then on nothing that it asks for is ever answered. The next one finds what it left.
import { loadConfig, parseDeviceClass } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import { createMetrics } from '@tocsin/observability';
import { encodeScoredWindow } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { BatchHandler, LogReader, LogRecord, OutgoingRecord, ReaderOptions, Transport } from '@tocsin/transport';
import { anyBundle } from './rollout/any-bundle.fixture.ts';
import { scored } from './scored-windows.fixture.ts';
import { createTrainer, type Trainer } from './trainer.ts';
import type { MetaUpdater } from './update/meta-updater.ts';

export const pump = parseDeviceClass('pump', { channels: ['a'], rateHz: 1, supportWindows: 10 });
const spec = createFeatureSpec(pump);
const d = spec.elements.length;
const defaults = loadConfig({ env: {} });
export const { topics } = defaults;
const batchRecords = 20;

/** Everything that outlives a process. */
export type Remains = {
  directory: string;
  log: LogRecord[];
  values: Map<string, Uint8Array>;
  orders: Map<string, number>;
  sent: OutgoingRecord[];
  /** Meta-updates that came to an end, with the windows that they learned from. */
  learned: number[];
};

/** A log with so many windows of three devices, and nothing else. */
export function remainsWith(directory: string, windows: number): Remains {
  const log = Array.from({ length: 3 * windows }, (_, offset): LogRecord => {
    const deviceId = `p${offset % 3}`;
    const window = scored(Math.floor(offset / 3), { deviceId, specHash: spec.hash, features: new Float32Array(d).fill(offset) });
    const value = encodeScoredWindow({ ...window, modelVersion: 9 });
    return { topic: topics.windows, partition: 0, offset, timestampMs: offset, key: null, value, headers: {} };
  });
  return { directory, log, values: new Map(), orders: new Map(), sent: [], learned: [] };
}

export type Life = { trainer: Trainer; calls(): number; isDead(): boolean };

/** Starts a trainer that dies at its `diesAt`-th call; Infinity for never. */
export function startLife(remains: Remains, diesAt: number, when: 'before' | 'after'): Life {
  let calls = 0;
  let isDead = false;
  const called = async <T>(effect: () => T | Promise<T>): Promise<T> => {
    if (!isDead) calls += 1;
    const isLast = !isDead && calls === diesAt;
    isDead ||= isLast;
    if (isDead && !(isLast && when === 'after')) return never();
    const result = await effect();
    return isDead ? never() : result;
  };
  const trainer = createTrainer({
    transport: transportOf(remains, called, () => isDead),
    state: stateOf(remains, called),
    classes: [pump],
    topics,
    config: {
      ...defaults.trainer,
      everyMs: 2,
      minDevices: 3,
      minWindows: 20,
      minNewWindows: 30,
      store: { ...defaults.trainer.store, directory: remains.directory },
    },
    updater: updaterOf(remains, called),
    metrics: createMetrics({ service: 'trainer', classes: ['pump'] }).trainer(),
    note: () => undefined,
    now: () => 1_700_000_000_000,
  });
  void trainer.start();
  return { trainer, calls: () => calls, isDead: () => isDead };
}

type Called = <T>(effect: () => T | Promise<T>) => Promise<T>;

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

function updaterOf({ learned }: Remains, called: Called): MetaUpdater {
  const backend = { name: 'cpu' as const, device: 'cpu' as const, deviceName: 'none', description: 'none', stepSeconds: 0 };
  return {
    backend: () => called(() => backend),
    update: (input) =>
      called(() => {
        learned.push(input.devices.reduce((sum, { windows }) => sum + windows.length, 0));
        return { outcome: 'publish' as const, bundle: anyBundle('pump', input.version) };
      }),
    close: async () => undefined,
  };
}

function stateOf({ values, orders }: Remains, called: Called): StateStore {
  const put = (key: string, value: Uint8Array, order: number): boolean => {
    if (order !== -Infinity && (orders.get(key) ?? -Infinity) >= order) return false;
    orders.set(key, order);
    values.set(key, value);
    return true;
  };
  return {
    kind: 'embedded',
    getMany: (keys) => called(() => keys.map((key) => values.get(key) ?? null)),
    putIfNewer: (entries) => called(() => entries.map(({ key, value, order }) => put(key, value, order))),
    put: (key, value) => called(() => void put(key, value, -Infinity)),
    remove: (keys) => called(() => keys.forEach((key) => values.delete(key))),
    ping: async () => 'in memory',
    close: async () => undefined,
  };
}

function transportOf({ log, sent }: Remains, called: Called, isDead: () => boolean): Transport {
  const send = (records: readonly OutgoingRecord[]) => called(() => void sent.push(...records));
  const partitions = (endOffset: number) => [{ partition: 0, startOffset: 0, endOffset }];
  const endOf = (topic: string): number => (topic === topics.windows ? log.length : 0);
  return {
    kind: 'embedded',
    reader: (options) => readerOf(options, log, endOf, called, isDead),
    writer: () => ({ send, close: async () => undefined }),
    admin: () => ({
      ensureTopics: async () => undefined,
      describe: (name) => called(() => ({ name, partitions: partitions(endOf(name)), compacted: false, stamped: false })),
      committed: async () => [],
      hasMembers: async () => true,
      ping: async () => 'in memory',
    }),
    close: async () => undefined,
  };
}

function readerOf(
  { topics: read, resumeAt }: ReaderOptions,
  log: readonly LogRecord[],
  endOf: (topic: string) => number,
  called: Called,
  isDead: () => boolean,
): LogReader {
  let next = 0;
  async function follow(handler: BatchHandler): Promise<void> {
    next = resumeAt?.(topics.windows, 0, { startOffset: 0, endOffset: log.length }) ?? 0;
    const resumedFrom = { offset: next, metadata: '' };
    while (next < log.length) {
      const records = log.slice(next, next + batchRecords);
      const at = { topic: topics.windows, partition: 0, endOffset: log.length, epoch: 1, resumedFrom };
      await handler({
        ...at,
        records,
        isStale: isDead,
        heartbeat: () => called(() => undefined),
        commit: () => called(() => undefined),
      });
      next += records.length;
    }
  }
  return {
    run: async (handler) => void follow(handler),
    status: () => ({
      joined: true,
      assigned: read.map((topic) => ({
        topic,
        partition: 0,
        next: topic === topics.windows ? next : 0,
        endOffset: endOf(topic),
      })),
      rebalances: 0,
      resets: 0,
      stalledMs: 0,
      fatal: null,
    }),
    pause: () => undefined,
    resume: () => undefined,
    stop: async () => undefined,
  };
}
