// What the transport contract needs around a transport: fresh topics and groups, readers that keep what they are given.
import { randomUUID } from 'node:crypto';
import type { LogReader, LogRecord, OutgoingRecord, ReaderOptions, RecordBatch, Transport } from '@tocsin/transport';
import { expect } from 'vitest';

export type TransportContract = {
  /** Another opening of one and the same log, as another process would have. */
  open: (options?: { failuresMax?: number }) => Transport;
  /** Makes the log forget the records of a partition before `offset`, at least. */
  forgetBefore: (topic: string, partition: number, offset: number) => Promise<void>;
};

/** A reader and everything its handler was given. */
export type Collected = {
  reader: LogReader;
  batches: RecordBatch[];
  records: LogRecord[];
  values: () => string[];
};

/** Runs a reader that keeps each batch, after `each` is done with it. */
export async function collect(
  transport: Transport,
  options: ReaderOptions,
  each: (batch: RecordBatch) => Promise<void> = async () => undefined,
): Promise<Collected> {
  const reader = transport.reader(options);
  const collected: Collected = { reader, batches: [], records: [], values: () => collected.records.map(textOf) };
  await reader.run(async (batch) => {
    await each(batch);
    collected.batches.push(batch);
    collected.records.push(...batch.records);
  });
  return collected;
}

/** Commits the end of a batch, as a consumer without state does. */
export async function commitEnd(batch: RecordBatch): Promise<void> {
  await batch.commit({ offset: batch.records[batch.records.length - 1].offset + 1, metadata: '' });
}

/** A topic of its own for a test. */
export async function freshTopic(transport: Transport, partitions = 1): Promise<string> {
  const name = `contract-${randomUUID()}`;
  await transport.admin().ensureTopics([{ name, partitions }]);
  return name;
}

export function freshGroup(): string {
  return `group-${randomUUID()}`;
}

/** Records `from`..`to - 1` for one key, each with its number as value. */
export function numbered(topic: string, from: number, to: number, key = 'k'): OutgoingRecord[] {
  return Array.from({ length: to - from }, (_, i) => ({ topic, key, value: Buffer.from(`${from + i}`) }));
}

export function textOf({ value }: LogRecord): string {
  return value === null ? 'null' : Buffer.from(value).toString();
}

/** `'from'..'to - 1'`, what `numbered` looks like when it comes back. */
export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `${from + i}`);
}

/** Polls until the assertion holds. */
export function expectSoon<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 15_000, interval: 20 });
}
