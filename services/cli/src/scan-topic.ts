// Reads a topic from its start to where it ended when it was described, batch by batch; holds nothing but the batch in hand.
import { randomUUID } from 'node:crypto';
import type { BatchHandler, LogRecord, RecordBatch, TopicInfo, Transport } from '@tocsin/transport';

export type ScanOptions = {
  /** Start of the name of the consumer group, which is used once. */
  group: string;
  /** One batch of a partition at a time, in its order, each record once. What it throws ends the scan. */
  onRecords(records: readonly LogRecord[]): void | Promise<void>;
  onProgress?: (read: number, total: number) => void;
  /** Ends the scan after the batch in hand. */
  signal?: AbortSignal;
  now(): number;
  sleep(ms: number): Promise<void>;
};

/** So long without a record, and the log is taken to be gone. */
const stalledMs = 20_000;
const batchRecords = 500;

type Place = { next: number; endOffset: number };

/** Rejects with what the reader or `onRecords` rejects with, or when no records come any more. */
export async function scanTopic(transport: Transport, info: TopicInfo, options: ScanOptions): Promise<void> {
  const { group, onRecords, onProgress, signal, now, sleep } = options;
  const places = new Map(
    info.partitions
      .filter(({ startOffset, endOffset }) => endOffset > startOffset)
      .map(({ partition, startOffset, endOffset }): [number, Place] => [partition, { next: startOffset, endOffset }]),
  );
  if (places.size === 0) return;
  const total = [...places.values()].reduce((sum, { next, endOffset }) => sum + endOffset - next, 0);
  const leftOver = () => [...places.values()].reduce((sum, { next, endOffset }) => sum + Math.max(0, endOffset - next), 0);
  let failure: { error: unknown } | null = null;
  let lastMs = now();
  let busy = 0;
  let turn = Promise.resolve();

  const take = async (batch: RecordBatch): Promise<void> => {
    const place = places.get(batch.partition);
    if (place === undefined || failure !== null || signal?.aborted === true) return;
    // After a rebalance reading starts over.
    const fresh = batch.records.filter(({ offset }) => offset >= place.next && offset < place.endOffset);
    busy += 1;
    try {
      await onRecords(fresh);
      place.next = (batch.records.at(-1)?.offset ?? place.next - 1) + 1;
      onProgress?.(total - leftOver(), total);
    } catch (error) {
      // The reader would try again from the start.
      failure = { error };
    } finally {
      busy -= 1;
      lastMs = now();
    }
    await batch.heartbeat();
  };
  const handler: BatchHandler = (batch) => (turn = turn.then(() => take(batch)));

  const reader = transport.reader({ groupId: `${group}.${randomUUID()}`, topics: [info.name], maxRecords: batchRecords });
  /** Records at the end may never be handed over: markers of transactions are offsets, too. */
  const isPassed = (partition: number, { next, endOffset }: Place) =>
    next >= endOffset || (reader.status().assigned.find((one) => one.partition === partition)?.next ?? 0) >= endOffset;
  const isDone = () => [...places].every(([partition, place]) => isPassed(partition, place));
  reader.run(handler).catch((error: unknown) => (failure ??= { error }));
  try {
    for (;;) {
      const fatal = reader.status().fatal;
      if (fatal !== null) failure ??= { error: fatal };
      // First: a reader goes on behind a batch that failed.
      if (failure !== null) throw failure.error;
      if (busy === 0 && (signal?.aborted === true || isDone())) return;
      if (busy === 0 && now() - lastMs > stalledMs) {
        const where = `with ${total - leftOver()} of ${total} records read`;
        throw new Error(`topic ${info.name}: nothing came for ${stalledMs / 1000} s ${where}; are all brokers up?`);
      }
      await sleep(20);
    }
  } finally {
    // Leaving may wait for brokers; the caller has what it wants.
    void reader.stop().catch(() => undefined);
  }
}
