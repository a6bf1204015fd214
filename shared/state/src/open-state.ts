// The state store that a configuration names.
import { createEmbeddedState } from './embedded/embedded-state.ts';
import type { StateStore } from './port.ts';
import { createRedisState } from './redis/redis-state.ts';

/** Section `state` of the configuration. */
export type StateSettings = {
  kind: 'redis' | 'embedded';
  url: string;
  cluster: boolean;
  ttlMs: number;
  connectTimeoutMs: number;
  directory: string;
};

export function openState(settings: StateSettings): StateStore {
  return settings.kind === 'redis' ? createRedisState(settings) : createEmbeddedState({ directory: settings.directory });
}
