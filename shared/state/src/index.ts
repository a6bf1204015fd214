// What the line remembers outside the log: the port, its two implementations and their one error.
export * from './port.ts';
export { StateError, type StateErrorCode } from './state-error.ts';
export { isInTheWay } from './stored-value.ts';
export { createRedisState } from './redis/redis-state.ts';
export type { RedisStateOptions } from './redis/redis-client.ts';
export { createEmbeddedState } from './embedded/embedded-state.ts';
export { openState, type StateChoice } from './open-state.ts';
