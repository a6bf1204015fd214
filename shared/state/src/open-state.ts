// The store that a configuration names.
import { createEmbeddedState } from './embedded/embedded-state.ts';
import type { StateStore } from './port.ts';
import { createRedisState } from './redis/redis-state.ts';

export type StateChoice = {
  kind: 'redis' | 'embedded';
  url: string;
  cluster: boolean;
  ttlMs: number;
  connectTimeoutMs: number;
  directory: string;
  /** Put before every key, so that deployments can share a store. */
  keyPrefix: string;
};

/** Opens the store; an absent Redis shows in the first call. */
export function openState(choice: StateChoice): StateStore {
  const store =
    choice.kind === 'redis'
      ? createRedisState(choice)
      : createEmbeddedState({ directory: choice.directory, ttlMs: choice.ttlMs });
  return choice.keyPrefix === '' ? store : withPrefix(store, choice.keyPrefix);
}

function withPrefix(store: StateStore, prefix: string): StateStore {
  const named = (key: string): string => prefix + key;
  return {
    ...store,
    getMany: (keys) => store.getMany(keys.map(named)),
    putIfNewer: (entries) => store.putIfNewer(entries.map((entry) => ({ ...entry, key: named(entry.key) }))),
    put: (key, value) => store.put(named(key), value),
    remove: (keys) => store.remove(keys.map(named)),
  };
}
