// One assigned partition of a Kafka reader: checks that reading starts where the group left off, hands batches to the handler,
// and goes back to the last commit, in a new epoch, when the handler throws.
import { setImmediate as letOthersIn } from 'node:timers/promises';
import type { Batch, EachBatchPayload } from 'kafkajs';
import type { Attempts } from '../attempts.ts';
import type { BatchHandler, Commit, RecordBatch } from '../port.ts';
import { type Position, decideResume } from '../resume.ts';
import { asTransportError, isMembershipLost, isRebalanceWaiting } from './kafka-errors.ts';
import { logRecord } from './log-record.ts';

/** What the group said longer ago than that, a third of the shortest session, is asked again. */
const answerMaxMs = 2_000;

/** What a partition needs of the reader it belongs to. */
export type PartitionHost = {
  startFrom: 'earliest' | 'latest';
  maxRecords: number;
  nextEpoch(): number;
  /** Where the group stands now. */
  position(topic: string, partition: number): Promise<Position>;
  seek(topic: string, partition: number, offset: number): void;
  /** Should no further batch be handed over for now (pause, stop)? */
  isHolding(topic: string): boolean;
  /** Has the time to finish run out? */
  hasEnded(): boolean;
  onReset(topic: string, partition: number, position: Position): void;
  onFailure(partition: KafkaPartition, error: unknown): void;
  onMembershipLost(error: unknown): void;
};

export type KafkaPartition = {
  topic: string;
  partition: number;
  attempts: Attempts;
  /** Handles what kafkajs fetched; resolves also when the handler failed. */
  take(payload: EachBatchPayload, handler: BatchHandler): Promise<void>;
  /** The partition may belong to somebody else now: every batch handed out is stale. */
  revoke(): void;
  /** Where reading is, or will start; null while that is not known. */
  next(): number | null;
  endOffset(): number | null;
  sawEnd(offset: number): void;
  /** kafkajs passed over what lies there, markers and records of aborted transactions: nothing is ever handed over for it. */
  passedOver(fromOffset: number, toOffset: number): void;
  isBusy(): boolean;
};

/**
 * A partition just assigned. `atAssignment` is where the group stood then, null when that could not be asked; `attempts` outlives
 * the assignment.
 */
export function kafkaPartition(
  {
    topic,
    partition,
    atAssignment,
    attempts,
  }: { topic: string; partition: number; atAssignment: Position | null; attempts: Attempts },
  host: PartitionHost,
): KafkaPartition {
  let epoch = host.nextEpoch();
  let isRevoked = false;
  let isBusy = false;
  let known: Position | null = atAssignment;
  let endOffset = atAssignment?.endOffset ?? null;
  let lastCommit: Commit | null = null;
  /** Where this epoch started and how far it is; null until its start has been found to be right. */
  let begun: { resumedFrom: Commit; next: number } | null = null;
  let soughtOffset: number | null = null;
  let passed = { from: 0, to: 0 };

  const isCurrent = (of: number) => of === epoch && !isRevoked && !host.hasEnded();

  function renewEpoch(): void {
    epoch = host.nextEpoch();
    begun = null;
    soughtOffset = null;
  }

  async function commitAt(payload: EachBatchPayload, of: number, commit: Commit): Promise<void> {
    if (!isCurrent(of)) return;
    const partitions = [{ partition, offset: `${commit.offset}`, metadata: commit.metadata }];
    try {
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
      if (isCurrent(of)) lastCommit = commit;
    } catch (error) {
      if (!isMembershipLost(error)) throw asTransportError(error, `committing ${topic}/${partition} at ${commit.offset}`);
      host.onMembershipLost(error);
    }
  }

  async function beat(payload: EachBatchPayload): Promise<void> {
    await payload.heartbeat().catch((error) => {
      // While the group waits for us the partition is still ours: the batch may be finished and committed.
      if (isMembershipLost(error) && !isRebalanceWaiting(error)) host.onMembershipLost(error);
      // Any other failure is one of the connection, which the next fetch meets too.
    });
  }

  async function heartbeat(payload: EachBatchPayload): Promise<void> {
    const askedMs = performance.now();
    await beat(payload);
    // Whoever was frozen meanwhile has an answer of long ago.
    if (performance.now() - askedMs > answerMaxMs) await beat(payload);
    await letOthersIn();
  }

  /** Is the fetched batch the one to hand over? If not, seeks to where reading has to go on. */
  async function isInPlace(payload: EachBatchPayload): Promise<boolean> {
    const fetched = fetchedOffset(payload.batch);
    if (begun?.next === fetched) return true;
    const asked = epoch;
    const position = known ?? (await host.position(topic, partition));
    known = null;
    if (!isCurrent(asked)) return false;

    if (begun !== null) {
      const isStillInLog = begun.next >= position.startOffset && position.commit !== null && position.commit.offset >= 0;
      if (isStillInLog && fetched > begun.next) {
        // kafkajs passed over records that carry no data (markers of transactions) without telling.
        begun.next = fetched;
        return true;
      }
      renewEpoch();
    }
    const of = epoch;
    const { from, why } = decideResume(position, host.startFrom);
    if (why === 'reset') host.onReset(topic, partition, position);
    if (why !== 'committed') await commitAt(payload, of, from);
    if (!isCurrent(of)) return false;
    lastCommit = from;
    // A second arrival behind the offset sought means that nothing is left there to read.
    if (fetched < from.offset || (fetched > from.offset && soughtOffset !== from.offset)) {
      soughtOffset = from.offset;
      host.seek(topic, partition, from.offset);
      return false;
    }
    begun = { resumedFrom: from, next: fetched };
    return true;
  }

  function recordBatch(payload: EachBatchPayload, messages: Batch['messages'], resumedFrom: Commit): RecordBatch {
    const of = epoch;
    return {
      topic,
      partition,
      records: messages.map((message) => logRecord(topic, partition, message)),
      endOffset: Number(payload.batch.highWatermark),
      epoch: of,
      resumedFrom,
      isStale: () => !isCurrent(of),
      heartbeat: () => heartbeat(payload),
      commit: (to) => commitAt(payload, of, to),
    };
  }

  async function handOver(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { messages } = payload.batch;
    const of = epoch;
    for (let at = 0; at < messages.length; at += host.maxRecords) {
      if (begun === null || !isCurrent(of) || host.isHolding(topic)) return;
      const slice = messages.slice(at, at + host.maxRecords);
      await handler(recordBatch(payload, slice, begun.resumedFrom));
      if (!isCurrent(of)) return;
      const last = slice[slice.length - 1].offset;
      payload.resolveOffset(last);
      begun.next = 1 + Number(at + slice.length === messages.length ? payload.batch.lastOffset() : last);
      attempts.reached(begun.next);
      await heartbeat(payload);
    }
  }

  function nextOffset(): number | null {
    const next = begun?.next ?? lastCommit?.offset ?? (known === null ? null : decideResume(known, host.startFrom).from.offset);
    return next !== null && next >= passed.from && next < passed.to ? passed.to : next;
  }

  const reading: KafkaPartition = {
    topic,
    partition,
    attempts,
    async take(payload, handler) {
      endOffset = Number(payload.batch.highWatermark);
      isBusy = true;
      try {
        if (await isInPlace(payload)) await handOver(payload, handler);
      } catch (error) {
        if (isRevoked || host.hasEnded()) return;
        renewEpoch();
        host.onFailure(reading, error);
      } finally {
        isBusy = false;
      }
    },
    revoke() {
      isRevoked = true;
    },
    next: nextOffset,
    endOffset: () => endOffset,
    sawEnd(offset) {
      endOffset = offset;
    },
    passedOver(from, to) {
      passed = { from: from === passed.to ? passed.from : from, to };
    },
    isBusy: () => isBusy,
  };
  return reading;
}

/** The offset kafkajs asked for. That of the first record may be higher: compaction and transactions leave gaps. */
function fetchedOffset(batch: Batch): number {
  const asked = 'fetchedOffset' in batch ? batch.fetchedOffset : batch.firstOffset();
  return Number(asked);
}
