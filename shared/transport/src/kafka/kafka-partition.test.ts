// Where a partition is, where kafkajs passes over records without handing them over, and what a heartbeat that took long is worth.
import { afterEach, expect, test, vi } from 'vitest';
import { countAttempts } from '../attempts.ts';
import { kafkaPartition, type PartitionHost } from './kafka-partition.ts';

const nothing = () => undefined;
const host: PartitionHost = {
  startFrom: 'earliest',
  maxRecords: 10,
  nextEpoch: () => 1,
  position: () => Promise.reject(new Error('known')),
  seek: nothing,
  isHolding: () => false,
  hasEnded: () => false,
  onReset: nothing,
  onFailure: nothing,
  onMembershipLost: nothing,
};

function partitionAt5() {
  const atAssignment = { commit: { offset: 5, metadata: '' }, startOffset: 0, endOffset: 9 };
  return kafkaPartition({ topic: 't', partition: 0, atAssignment, attempts: countAttempts(1) }, host);
}

test.each([
  [
    'what comes next, and what follows that',
    [
      [5, 7],
      [7, 9],
    ],
    9,
  ],
  ['some of it had been read before', [[3, 7]], 7],
  ['nothing that comes next', [[6, 9]], 5],
  ['what lies behind', [[3, 5]], 5],
])('passed over: %s', (_, stretches, next) => {
  const partition = partitionAt5();
  for (const [from, to] of stretches) partition.passedOver(from, to);
  expect(partition.next()).toBe(next);
});

afterEach(() => void vi.restoreAllMocks());

//   |--- frozen ---|
//   ?              !   ?!      the answer is of before it was frozen
test.each([
  ['right away', [0], 1],
  ['after the process was frozen', [30_000, 0], 2],
])('a heartbeat that was answered %s', async (_, takesMs, asked) => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const heartbeat = vi.fn<() => Promise<void>>(async () => void (nowMs += takesMs.shift() ?? 0));
  const message = { offset: '5', timestamp: '0', key: null, value: null };
  const batch = { topic: 't', partition: 0, highWatermark: '9', fetchedOffset: '5', messages: [message], lastOffset: () => '5' };
  const payload = { batch, heartbeat, resolveOffset: nothing, commitOffsetsIfNecessary: async () => undefined };
  await partitionAt5().take(payload as never, async ({ heartbeat: beat }) => {
    await beat();
    expect(heartbeat).toHaveBeenCalledTimes(asked);
  });
  expect(heartbeat).toHaveBeenCalledTimes(asked + 1);
});
