// Sends to the embedded log: finds the partition of each record, as Kafka's default partitioner would, and appends what waits
// in one transaction.
import { partitionOf } from '../partition-of.ts';
import type { OutgoingRecord } from '../port.ts';
import { type SendQueue, sendQueue } from '../send-queue.ts';
import { TransportError } from '../transport-error.ts';
import type { Append, LogStore } from './log-store.ts';
import type { BlockRecord } from './record-block.ts';

/** A queue onto the store. `onAppended` is called after each transaction. */
export function appendQueue(store: LogStore, onAppended: () => void): SendQueue {
  let keyless = 0;

  async function admit(records: readonly OutgoingRecord[]): Promise<void> {
    for (const { topic, partition = 0 } of records) {
      const spec = store.topic(topic);
      if (spec === null)
        throw new TransportError('unknown-topic', `cannot send to topic ${topic}: it does not exist; create it first`);
      if (partition >= 0 && partition < spec.partitions) continue;
      throw new TransportError('refused', `cannot send to ${topic}/${partition}: the topic has ${spec.partitions} partitions`);
    }
  }

  function partitionFor({ topic, key, partition }: OutgoingRecord): number {
    if (partition !== undefined) return partition;
    const partitions = store.topic(topic)?.partitions ?? 1;
    return key === null ? keyless++ % partitions : partitionOf(typeof key === 'string' ? Buffer.from(key) : key, partitions);
  }

  async function deliver(records: readonly OutgoingRecord[]): Promise<void> {
    const nowMs = Date.now();
    const appends = new Map<string, Append & { records: BlockRecord[] }>();
    for (const record of records) {
      const { topic } = record;
      const partition = partitionFor(record);
      const place = `${topic}/${partition}`;
      const append = appends.get(place) ?? { topic, partition, records: [] };
      append.records.push(blockRecord(record, nowMs));
      appends.set(place, append);
    }
    await store.append([...appends.values()]);
    onAppended();
  }

  return sendQueue(admit, deliver);
}

function blockRecord({ key, value, headers = {}, timestampMs }: OutgoingRecord, nowMs: number): BlockRecord {
  return {
    timestampMs: timestampMs ?? nowMs,
    key: typeof key === 'string' ? Buffer.from(key) : key,
    value,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, content]) => [name, typeof content === 'string' ? Buffer.from(content) : content]),
    ),
  };
}
