// One partition of a Kafka reader, with kafkajs played: where it is, and what becomes of a batch that comes too late or fails.
import { afterEach, expect, test, vi } from 'vitest';
import { countAttempts } from '../attempts.ts';
import type { BatchHandler } from '../port.ts';
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

function partitionAt5(own: Partial<PartitionHost> = {}) {
  const atAssignment = { commit: { offset: 5, metadata: '' }, startOffset: 0, endOffset: 9 };
  return kafkaPartition({ topic: 't', partition: 0, atAssignment, attempts: countAttempts(1) }, { ...host, ...own });
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

/** What kafkajs hands over: one record at `offset`. */
function payloadAt(offset: number, heartbeat: () => Promise<void> = async () => undefined) {
  const message = { offset: `${offset}`, timestamp: '0', key: null, value: null };
  const last = () => `${offset}`;
  const batch = { topic: 't', partition: 0, highWatermark: '9', fetchedOffset: last(), messages: [message], lastOffset: last };
  const resolved = vi.fn<() => void>();
  const committed = vi.fn<() => Promise<void>>(async () => undefined);
  const payload = { batch, heartbeat, resolveOffset: resolved, commitOffsetsIfNecessary: committed };
  return { payload: payload as never, resolved, committed };
}

//   |--- frozen ---|
//   ?              !   ?!      the answer is of before it was frozen
test.each([
  ['right away', [0], 1],
  ['after the process was frozen', [30_000, 0], 2],
])('a heartbeat that was answered %s', async (_, takesMs, asked) => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const heartbeat = vi.fn<() => Promise<void>>(async () => void (nowMs += takesMs.shift() ?? 0));
  await partitionAt5().take(payloadAt(5, heartbeat).payload, async ({ heartbeat: beat }) => {
    await beat();
    expect(heartbeat).toHaveBeenCalledTimes(asked);
  });
  expect(heartbeat).toHaveBeenCalledTimes(asked + 1);
});

test.each([
  ['goes on', false, 1],
  ['was lost meanwhile', true, 0],
])('a partition that %s: what its batch still commits and resolves', async (_, isLost, calls) => {
  const partition = partitionAt5();
  const { payload, resolved, committed } = payloadAt(5);
  await partition.take(payload, async (batch) => {
    if (isLost) partition.revoke();
    expect(batch.isStale()).toBe(isLost);
    await batch.commit({ offset: 5, metadata: '' });
  });
  expect(committed).toHaveBeenCalledTimes(calls);
  expect(resolved).toHaveBeenCalledTimes(calls);
});

//   5 throws   6, fetched already, is not handed over   5 again, in a new epoch
test('a handler that throws: goes back to the commit, whatever kafkajs fetched after it', async () => {
  const seek = vi.fn<PartitionHost['seek']>();
  let epochs = 0;
  const position = async () => ({ commit: { offset: 5, metadata: 'here' }, startOffset: 0, endOffset: 9 });
  const partition = partitionAt5({ seek, position, nextEpoch: () => (epochs += 1) });
  const first = payloadAt(5);
  await partition.take(first.payload, () => Promise.reject(new Error('broken')));
  expect(first.resolved).not.toHaveBeenCalled();
  const handler = vi.fn<BatchHandler>(async () => undefined);
  await partition.take(payloadAt(6).payload, handler);
  expect(handler).not.toHaveBeenCalled();
  expect(seek).toHaveBeenCalledWith('t', 0, 5);
  await partition.take(payloadAt(5).payload, handler);
  expect(handler.mock.calls).toMatchObject([[{ epoch: 2, resumedFrom: { offset: 5, metadata: 'here' } }]]);
});
