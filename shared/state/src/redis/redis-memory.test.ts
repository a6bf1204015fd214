import { expect, test } from 'vitest';
import { memoryOf } from './redis-memory.ts';

const info = (used: number, limit: number, policy: string) =>
  [`# Memory`, `used_memory:${used}`, 'used_memory_human:1M', `maxmemory:${limit}`, `maxmemory_policy:${policy}`].join('\r\n') +
  '\r\nmem_not_counted_for_evict:100\r\n# Stats\r\nevicted_keys:3\r\n';

test.each([
  ['no limit', info(9000, 0, 'noeviction'), { usedBytes: 8900, limitBytes: null, isFull: false }],
  ['under its limit', info(1050, 1000, 'noeviction'), { usedBytes: 950, limitBytes: 1000, isFull: false }],
  ['over its limit', info(1200, 1000, 'noeviction'), { usedBytes: 1100, limitBytes: 1000, isFull: true }],
  ['over its limit, making room', info(1200, 1000, 'allkeys-lru'), { policy: 'allkeys-lru', evictedValues: 3, isFull: false }],
] as const)('%s', (_, text, expected) => {
  expect(memoryOf(text)).toMatchObject(expected);
});
