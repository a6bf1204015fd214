// The state store of a simulated world: compare-and-set per key, and the ways in which a store loses what it was told.
import { isInTheWay, StateError, type OrderedEntry, type StateStore } from '@tocsin/state';
import { call, type World } from './call.ts';
import type { Process } from './virtual-time.ts';

type Stored = { order: number; value: Uint8Array };

export type SimulatedStore = {
  of(process: Process): StateStore;
  put(key: string, value: Uint8Array): void;
  /** Forgets every ordered value: what devices have taught, not what was put for good. */
  wipe(): void;
  /** Forgets what was stored in the last `ms`, as a failover to a replica does that lags. */
  rollBack(ms: number): void;
  isAway: boolean;
};

/** Called for every ordered value that a process put in place. */
export type OnStored = (process: Process, entry: OrderedEntry) => void;

export function createSimulatedStore(world: World, onStored: OnStored): SimulatedStore {
  const values = new Map<string, Stored>();
  let journal: { atMs: number; key: string; before: Stored | undefined }[] = [];

  function putIfNewer(process: Process, entry: OrderedEntry): boolean {
    const { key, order, value } = entry;
    const before = values.get(key);
    if (before !== undefined && isInTheWay(before.order, entry)) return false;
    journal.push({ atMs: world.time.nowMs(), key, before });
    values.set(key, { order, value });
    onStored(process, { key, order, value });
    return true;
  }

  const store: SimulatedStore = {
    isAway: false,
    put: (key, value) => void values.set(key, { order: -Infinity, value }),
    wipe() {
      for (const [key, { order }] of values) if (order !== -Infinity) values.delete(key);
      journal = [];
    },
    rollBack(ms) {
      const sinceMs = world.time.nowMs() - ms;
      while (journal.length > 0 && journal[journal.length - 1].atMs >= sinceMs) {
        const { key, before } = journal.pop()!;
        if (before === undefined) values.delete(key);
        else values.set(key, before);
      }
    },
    of(process) {
      const unreachable = () => new StateError('unreachable', 'the store is away');
      const ask = <T>(kind: 'load' | 'store', what: string, answer: () => T, partly?: () => void) => {
        const effect = () => {
          if (store.isAway) throw unreachable();
          return answer();
        };
        return call(world, process, { kind, what, unreachable, effect, ...(partly === undefined ? {} : { partly }) });
      };
      return {
        kind: 'embedded',
        getMany: (keys) => ask('load', keys.join(' '), () => keys.map((key) => values.get(key)?.value ?? null)),
        putIfNewer: (entries) =>
          ask('store', entries.map(({ key, order }) => `${key}@${order}`).join(' '), () =>
            entries.map((entry) => putIfNewer(process, entry)),
          ),
        put: async (key, value) => store.put(key, value),
        remove: async (keys) => keys.forEach((key) => values.delete(key)),
        ping: async () => 'simulated',
        close: async () => undefined,
      };
    },
  };
  return store;
}
