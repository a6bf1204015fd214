// What the text that Redis answers to INFO says of its memory.
import type { StoreMemory } from '../port.ts';

/** One field of INFO; undefined where the server does not state it. */
export function infoField(info: string, key: string): string | undefined {
  return new RegExp(`^${key}:(\\S+)`, 'm').exec(info)?.[1];
}

/**
 * Memory by the measure that `maxmemory` is held against. `isFull`: over its limit with a policy that evicts nothing, so that every write
 * is refused with OOM.
 */
export function memoryOf(info: string): StoreMemory & { policy: string; isFull: boolean } {
  const count = (key: string) => Number(infoField(info, key) ?? 0);
  const usedBytes = Math.max(0, count('used_memory') - count('mem_not_counted_for_evict'));
  const limitBytes = count('maxmemory') === 0 ? null : count('maxmemory');
  const policy = infoField(info, 'maxmemory_policy') ?? 'unknown';
  const isFull = limitBytes !== null && policy === 'noeviction' && usedBytes > limitBytes;
  return { usedBytes, limitBytes, evictedValues: count('evicted_keys'), policy, isFull };
}
