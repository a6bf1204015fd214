import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countAttempts } from '../attempts.ts';
import type { KafkaPartition } from './kafka-partition.ts';
import { watchLag } from './lag-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A partition at offset 5 of a log that ends where the broker says. */
function partitionAt5() {
  const state = { next: 5, end: 0, isBusy: false, isHeld: false };
  const partition: KafkaPartition = {
    topic: 't',
    partition: 0,
    attempts: countAttempts(1),
    take: async () => {},
    revoke: () => {},
    next: () => state.next,
    endOffset: () => state.end,
    sawEnd: (offset) => void (state.end = offset),
    passedOver: () => {},
    isBusy: () => state.isBusy,
  };
  return { state, partition };
}

function watching(brokerEnd: () => number) {
  const { state, partition } = partitionAt5();
  const watch = watchLag({
    partitions: () => [partition],
    endOffsets: async () => new Map([[0, brokerEnd()]]),
    isHeld: () => state.isHeld,
  });
  return { state, watch };
}

test('records that wait without being handed over are a stall, as long as it lasts', async () => {
  let end = 5;
  const { state, watch } = watching(() => end);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(watch.stalledMs()).toBe(0);
  end = 9;
  await vi.advanceTimersByTimeAsync(5_000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(watch.stalledMs()).toBe(30_000);
  expect(state.end).toBe(9);
  state.next = 6;
  expect(watch.stalledMs()).toBe(0);
  watch.stop();
});

test.each(['isBusy', 'isHeld'] as const)('a partition that %s does not stall', async (reason) => {
  const { state, watch } = watching(() => 9);
  state[reason] = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(watch.stalledMs()).toBe(0);
  watch.stop();
});

test('a broker that does not answer changes nothing', async () => {
  let isAway = false;
  const { watch } = watching(() => {
    if (isAway) throw new Error('away');
    return 9;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  isAway = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(watch.stalledMs()).toBe(10_000);
  watch.stop();
});
