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
};

/** Opens the store; an absent Redis shows in the first call. */
export function openState(choice: StateChoice): StateStore {
  return choice.kind === 'redis' ? createRedisState(choice) : createEmbeddedState({ directory: choice.directory });
}
