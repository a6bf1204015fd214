// A member of a Kafka consumer group. kafkajs keeps the membership and fetches, each partition is read as kafka-partition.ts
// says; this file ties both together: assignments, failures, the beginning and the end.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogMessage } from '@tocsin/schemas';
import type { ConsumerEndBatchProcessEvent, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { finishInTime, isDoneWithin } from '../finish-in-time.ts';
import type { BatchHandler, LogReader, ReaderOptions } from '../port.ts';
import { handlerFailed, requireTopics } from '../reader-errors.ts';
import { TransportError } from '../transport-error.ts';
import { adminConnection } from './admin-connection.ts';
import { deferred } from './deferred.ts';
import { kafkaAssignment } from './kafka-assignment.ts';
import { asTransportError } from './kafka-errors.ts';
import { consumerConfig, type KafkaOptions, shortRetry } from './kafka-options.ts';
import type { PartitionHost } from './kafka-partition.ts';
import { watchLag } from './lag-watch.ts';
import { consumerPauses } from './pauses.ts';
import { groupPositions } from './positions.ts';
import { removeMember } from './remove-member.ts';

/** Between two attempts to run a consumer that kafkajs has given up. */
const runAnewAfterMs = 1_000;

/** A LogReader. The client of the member must be its own (see kafka-client.ts). */
export function kafkaReader(
  clients: { member: Kafka; admin: Kafka },
  options: KafkaOptions,
  { groupId, topics, startFrom = 'earliest', maxRecords = 2_000, resumeAt, onAssigned }: ReaderOptions,
): LogReader {
  const config = consumerConfig(groupId, options);
  const consumer = clients.member.consumer(config);
  const admin = adminConnection(() => clients.admin.admin({ retry: shortRetry }));
  const positions = groupPositions(admin, groupId, resumeAt);
  const pauses = consumerPauses(consumer);
  const started = deferred();
  let isRunning = false;
  let isJoined = false;
  let hasEnded = false;
  let joins = 0;
  let epochs = 0;
  let resets = 0;
  let fatal: TransportError | null = null;
  let closing: Promise<void> | null = null;
  let memberId: string | null = null;
  /** What kafkajs has to be told so that it joins anew. */
  let lostMembership: unknown = null;

  const log: LogMessage = (level, message, fields) => options.onLog?.(level, message, { groupId, ...fields });

  const host: PartitionHost = {
    startFrom,
    maxRecords,
    nextEpoch: () => (epochs += 1),
    async position(topic, partition) {
      const position = (await positions.of(topic)).get(partition);
      if (position !== undefined) return position;
      throw new TransportError('unavailable', `the broker does not know ${topic}/${partition} at the moment`);
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
    onFailure({ topic, partition, attempts }, error) {
      const delayMs = attempts.failed();
      if (delayMs === null) return end(handlerFailed(topic, partition, error));
      log('warn', 'a handler failed: resuming from the last commit', { topic, partition, delayMs, error });
      pauses.backOff(topic, partition, delayMs);
    },
    onMembershipLost(error) {
      lostMembership ??= error;
      assignment.revoke();
    },
  };

  const assignment = kafkaAssignment(host, positions.of, options.failuresMax ?? 8);
  const lag = watchLag({
    partitions: assignment.current,
    endOffsets: positions.endOffsets,
    isHeld: ({ topic, partition }) => pauses.isPaused(topic) || pauses.isBackingOff(topic, partition),
  });

  function onJoin({ payload }: ConsumerGroupJoinEvent): void {
    joins += 1;
    lostMembership = null;
    memberId = payload.memberId;
    // It was joining while it was stopped.
    if (closing !== null) return void consumer.disconnect().catch(() => undefined);
    pauses.attach(payload.memberAssignment);
    onAssigned?.(
      Object.entries(payload.memberAssignment).flatMap(([topic, held]) => held.map((partition) => ({ topic, partition }))),
    );
    void assignment.replace(payload.memberAssignment).then((counts) => {
      if (!counts || closing !== null) return;
      isJoined = true;
      started.resolve();
    });
  }

  /** A batch in which there was nothing to hand over: without this its place would seem to wait for somebody. */
  function onBatchEnd({ payload }: ConsumerEndBatchProcessEvent): void {
    const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
    // Null where all of it lies before what was asked for.
    if (batchSize > 0 || firstOffset === null) return;
    const reading = assignment.current().find((each) => each.topic === topic && each.partition === partition);
    reading?.passedOver(Number(firstOffset), Number(lastOffset) + 1);
  }

  function onCrash(error: Error, restart: boolean, handler: BatchHandler): void {
    isJoined = false;
    assignment.revoke();
    pauses.detach();
    const ended = asTransportError(error, `reading as group ${groupId}`);
    if (!restart && !ended.isRetriable) return end(ended);
    if (!restart) void runAnew(handler);
    if (memberId === null) return;
    const overMs = performance.now() + (config.sessionTimeout ?? 0);
    void removeMember(clients.admin, groupId, memberId, () => closing !== null || performance.now() > overMs);
    memberId = null;
  }

  async function eachBatch(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { topic, partition } = payload.batch;
    const reading = await assignment.find(topic, partition);
    await reading?.take(payload, handler);
    if (lostMembership !== null) throw lostMembership;
  }

  /** Ends the reader from within; does not wait, since kafkajs waits for the batch that may have called. */
  function end(error: TransportError): void {
    if (closing !== null) return;
    fatal = error;
    hasEnded = true;
    log('error', 'reading has ended', { error });
    started.reject(error);
    closing = close();
  }

  async function close(): Promise<void> {
    isJoined = false;
    pauses.detach();
    lag.stop();
    const left = isRunning
      ? consumer.disconnect().catch((error) => log('warn', 'leaving the group failed', { error }))
      : undefined;
    await finishInTime(Promise.resolve(left), () => (hasEnded = true));
    hasEnded = true;
    await isDoneWithin(250, admin.close());
  }

  /** For kafkajs a group without a coordinator is the end of the consumer; it is so while all brokers are away. */
  async function runAnew(handler: BatchHandler): Promise<void> {
    for (let isRun = false; !isRun;) {
      await sleep(runAnewAfterMs);
      if (closing !== null) return;
      try {
        await consumer.connect();
        await run(handler);
        isRun = true;
      } catch (error) {
        const failed = asTransportError(error, `reading as group ${groupId}`);
        if (!failed.isRetriable) return end(failed);
      }
    }
  }

  function run(handler: BatchHandler): Promise<void> {
    return consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: options.concurrency ?? 4,
      eachBatch: (payload) => eachBatch(payload, handler),
    });
  }

  async function start(handler: BatchHandler): Promise<void> {
    requireTopics(await admin.use((connected) => connected.listTopics()), topics);
    await consumer.connect();
    // Where there is no commit kafka-partition.ts decides; kafkajs must never jump to the end by itself.
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    // Last, since all before may be done again; from here on kafkajs tells of failures by a crash.
    consumer.on(consumer.events.GROUP_JOIN, onJoin);
    consumer.on(consumer.events.END_BATCH_PROCESS, onBatchEnd);
    consumer.on(consumer.events.CRASH, ({ payload }) => onCrash(payload.error, payload.restart, handler));
    await run(handler);
  }

  return {
    async run(handler) {
      if (isRunning || closing !== null)
        throw new TransportError('closed', `the reader of group ${groupId} runs already, or was stopped`);
      isRunning = true;
      await start(handler).catch(async (error) => {
        await consumer.disconnect().catch(() => undefined);
        isRunning = false;
        throw asTransportError(error, `reading ${topics.join(', ')} as group ${groupId}`);
      });
      await started.promise;
    },
    status: () => ({
      joined: isJoined,
      assigned: assignment
        .current()
        .map(({ topic, partition, next, endOffset }) => ({ topic, partition, next: next(), endOffset: endOffset() })),
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
}
