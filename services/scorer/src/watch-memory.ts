// The memory of the state store as metrics: how near it is to its limit, and whether it has thrown values away.
import type { Metrics } from '@tocsin/observability';
import type { StateStore } from '@tocsin/state';

/** Each call asks once; for a store without a memory of its own nothing is asked. Rejects as the store does. */
export function createMemoryWatch(metrics: Metrics, state: Pick<StateStore, 'memory'>): () => Promise<void> {
  const { stateMemoryBytes, stateMemoryLimitBytes, stateEvicted } = metrics.scorer();
  return async () => {
    const memory = await state.memory?.();
    if (memory === undefined) return;
    stateMemoryBytes.set(memory.usedBytes);
    stateMemoryLimitBytes.set(memory.limitBytes ?? 0);
    stateEvicted.set(memory.evictedValues);
  };
}
