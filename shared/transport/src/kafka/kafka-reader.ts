// A member of a Kafka consumer group. kafkajs keeps the membership and fetches; each partition is read as kafka-partition.ts
// says; this file ties both together: assignments, failures, the beginning and the end.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogMessage } from '@tocsin/schemas';
import type { EachBatchPayload, IMemberAssignment, Kafka } from 'kafkajs';
import { type Attempts, countAttempts } from '../attempts.ts';
import type { BatchHandler, LogReader, ReaderOptions } from '../port.ts';
import { TransportError } from '../transport-error.ts';
import { adminConnection } from './admin-connection.ts';
import { asTransportError } from './kafka-errors.ts';
import { consumerConfig, type KafkaOptions, shortRetry } from './kafka-options.ts';
import { type KafkaPartition, kafkaPartition, type PartitionHost } from './kafka-partition.ts';
import { watchLag } from './lag-watch.ts';
import { consumerPauses } from './pauses.ts';
import { fetchPositions } from './positions.ts';
import { removeMember } from './remove-member.ts';

const finishWithinMs = 8_000;
const stopWithinMs = 9_500;

type Assignment = ReadonlyMap<string, KafkaPartition>;

/** A LogReader. The client of the member must be its own (see kafka-client.ts). */
export function kafkaReader(
  clients: { member: Kafka; admin: Kafka },
  options: KafkaOptions,
  { groupId, topics, startFrom, maxRecords }: ReaderOptions,
): LogReader {
  const config = consumerConfig(groupId, options);
  const consumer = clients.member.consumer(config);
  const admin = adminConnection(() => clients.admin.admin({ retry: shortRetry }));
  const pauses = consumerPauses(consumer);
  const lag = watchLag({
    partitions: () => current.values(),
    endOffsets: async (topic) => {
      const offsets = await admin.use((connected) => connected.fetchTopicOffsets(topic));
      return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
    },
    isHeld: ({ topic, partition }) => pauses.isPaused(topic) || pauses.isBackingOff(topic, partition),
  });
  const attempts = new Map<string, Attempts>();
  const started = deferred();
  let isRunning = false;
  let isJoined = false;
  let hasEnded = false;
  let joins = 0;
  let epochs = 0;
  let resets = 0;
  let fatal: TransportError | null = null;
  let closing: Promise<void> | null = null;
  /** What kafkajs has to be told so that it joins anew. */
  let lostMembership: unknown = null;
  let memberId: string | null = null;
  let current: Assignment = new Map();
  let assigning: Promise<Assignment> = Promise.resolve(current);

  const log: LogMessage = (level, message, fields) => options.onLog?.(level, message, { groupId, ...fields });

  const host: PartitionHost = {
    startFrom: startFrom ?? 'earliest',
    maxRecords: maxRecords ?? 2_000,
    nextEpoch: () => (epochs += 1),
    async position(topic, partition) {
      const position = (await positionsOf(topic)).get(partition);
      if (position === undefined)
        throw new TransportError('unavailable', `the broker does not know ${topic}/${partition} at the moment`);
      return position;
    },
    seek: (topic, partition, offset) => consumer.seek({ topic, partition, offset: `${offset}` }),
    isHolding: (topic) => closing !== null || pauses.isPaused(topic),
    hasEnded: () => hasEnded,
    onReset(topic, partition, position) {
      resets += 1;
      log('error', 'the committed offset is not in the log any more: reading goes on from its start', {
        topic,
        partition,
        ...position,
      });
    },
    onFailure({ topic, partition, attempts: count }, error) {
      const delayMs = count.failed();
      if (delayMs === null) {
        return end(
          new TransportError('handler-failed', `the handler of ${topic}/${partition} fails again and again: ${error}`, error),
        );
      }
      log('warn', 'a handler failed: resuming from the last commit', { topic, partition, delayMs, error });
      pauses.backOff(topic, partition, delayMs);
    },
    onMembershipLost(error) {
      lostMembership ??= error;
      revokeAll();
    },
  };

  function positionsOf(topic: string): ReturnType<typeof fetchPositions> {
    return admin
      .use((connected) => fetchPositions(connected, groupId, topic))
      .catch((error) => {
        throw asTransportError(error, `asking where ${groupId} stands in ${topic}`);
      });
  }

  function revokeAll(): void {
    for (const partition of current.values()) partition.revoke();
  }

  async function assign(assignment: IMemberAssignment): Promise<Assignment> {
    const partitions = Object.entries(assignment).map(async ([topic, numbers]) => {
      const positions = await positionsOf(topic).catch(() => new Map<number, never>());
      return numbers.map((partition) => {
        const key = `${topic}/${partition}`;
        const count = attempts.get(key) ?? countAttempts(options.failuresMax ?? 8);
        attempts.set(key, count);
        const atAssignment = positions.get(partition) ?? null;
        return [key, kafkaPartition({ topic, partition, atAssignment, attempts: count }, host)] as const;
      });
    });
    return new Map((await Promise.all(partitions)).flat());
  }

  function onJoin(assignment: IMemberAssignment, ourId: string): void {
    revokeAll();
    lostMembership = null;
    memberId = ourId;
    joins += 1;
    current = new Map();
    if (closing !== null) return void consumer.disconnect().catch(() => undefined);
    pauses.attach(assignment);
    const assigned = assign(assignment);
    assigning = assigned;
    void assigned.then((partitions) => {
      if (assigning !== assigned) return;
      current = partitions;
      isJoined = true;
      started.resolve();
    });
  }

  function onCrash(error: Error, restart: boolean): void {
    isJoined = false;
    revokeAll();
    pauses.detach();
    if (!restart) return end(asTransportError(error, `reading as group ${groupId}`));
    if (memberId === null) return;
    const deadlineMs = performance.now() + (config.sessionTimeout ?? 0);
    void removeMember(clients.admin, groupId, memberId, () => closing !== null || performance.now() > deadlineMs);
    memberId = null;
  }

  async function eachBatch(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { topic, partition } = payload.batch;
    const partitions = await assigning;
    await partitions.get(`${topic}/${partition}`)?.take(payload, handler);
    if (lostMembership !== null) throw lostMembership;
  }

  /** Ends the reader from within; does not wait, since kafkajs waits for the batch that may have called. */
  function end(error: TransportError): void {
    if (fatal !== null || closing !== null) return;
    fatal = error;
    log('error', 'reading has ended', { error });
    started.reject(error);
    closing = close();
  }

  async function close(): Promise<void> {
    isJoined = false;
    pauses.detach();
    lag.stop();
    const lastCall = setTimeout(() => (hasEnded = true), fatal === null ? finishWithinMs : 0);
    const left = isRunning
      ? consumer.disconnect().catch((error) => log('warn', 'leaving the group failed', { error }))
      : undefined;
    await Promise.race([left, sleep(stopWithinMs, undefined, { ref: false })]);
    clearTimeout(lastCall);
    hasEnded = true;
    revokeAll();
    await admin.close();
  }

  return {
    async run(handler) {
      if (isRunning || closing !== null) throw new TransportError('closed', `the reader of group ${groupId} can run only once`);
      isRunning = true;
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => onJoin(payload.memberAssignment, payload.memberId));
      consumer.on(consumer.events.CRASH, ({ payload }) => onCrash(payload.error, payload.restart));
      try {
        await requireTopics();
        await consumer.connect();
        await consumer.subscribe({ topics: [...topics], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: options.concurrency ?? 4,
          eachBatch: (payload) => eachBatch(payload, handler),
        });
      } catch (error) {
        throw asTransportError(error, `reading ${topics.join(', ')} as group ${groupId}`);
      }
      await started.promise;
    },
    status: () => ({
      joined: isJoined,
      assigned: [...current.values()].map((of) => ({
        topic: of.topic,
        partition: of.partition,
        next: of.next(),
        endOffset: of.endOffset(),
      })),
      rebalances: Math.max(0, joins - 1),
      resets,
      stalledMs: lag.stalledMs(),
      fatal,
    }),
    pause: pauses.pause,
    resume: pauses.resume,
    stop() {
      closing ??= close();
      started.reject(new TransportError('closed', `the reader of group ${groupId} was stopped`));
      return closing;
    },
  };

  async function requireTopics(): Promise<void> {
    const existing = new Set(await admin.use((connected) => connected.listTopics()));
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length === 0) return;
    throw new TransportError('unknown-topic', `cannot read ${missing.join(', ')}: no such topic; create it or correct its name`);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
