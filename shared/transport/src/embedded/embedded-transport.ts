// The log port in one directory on this machine, for demos, tests and single hosts: durable, ordered, with consumer groups.
// The members of a group live in one thread; topics may be written and read by as many threads and processes as one likes.
import type { LogMessage } from '@tocsin/schemas';
import { requireSizes } from '../outgoing-bytes.ts';
import type { LogAdmin, LogReader, LogWriter, Transport } from '../port.ts';
import { TransportError } from '../transport-error.ts';
import { embeddedReader } from './embedded-reader.ts';
import { isHeld } from './group-lease.ts';
import { openSharedLog, type SharedLog } from './shared-log.ts';

export type EmbeddedOptions = {
  directory: string;
  /** Records a partition keeps at least, default 1,000,000; compacted topics keep all. Whoever opens a directory first decides. */
  retainRecords?: number;
  /** Failures of a handler in a row, without progress, that end the reader; default 8. */
  failuresMax?: number;
  onLog?: LogMessage;
};

/** Opens the log in the directory, which is made where missing. Throws `storage` when that cannot be done. */
export function createEmbeddedTransport({ directory, retainRecords, failuresMax, onLog }: EmbeddedOptions): Transport {
  const log = openSharedLog(directory, retainRecords ?? 1_000_000);
  const readerSettings = { failuresMax: failuresMax ?? 8, onLog: onLog ?? (() => undefined) };
  const readers: LogReader[] = [];
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await Promise.all(readers.map((reader) => reader.stop()));
    await log.release();
  }

  return {
    kind: 'embedded',
    reader(options) {
      const reader = embeddedReader(log, readerSettings, options);
      readers.push(reader);
      return reader;
    },
    writer: () => embeddedWriter(log, () => closing !== null),
    admin: () => embeddedAdmin(log, directory),
    close: () => (closing ??= close()),
  };
}

function embeddedWriter({ appends }: SharedLog, isLogClosing: () => boolean): LogWriter {
  let isClosed = false;
  return {
    async send(records) {
      if (isClosed || isLogClosing()) throw new TransportError('closed', 'cannot send: the writer is closed');
      requireSizes(records);
      if (records.length > 0) await appends.push(records);
    },
    async close() {
      isClosed = true;
      await appends.idle();
    },
  };
}

function embeddedAdmin({ store, holds }: SharedLog, directory: string): LogAdmin {
  return {
    async ensureTopics(specs) {
      store.createTopics(specs);
    },
    async describe(topic) {
      store.refresh();
      const spec = store.topic(topic);
      if (spec === null) return null;
      return {
        name: topic,
        partitions: partitionsOf(spec.partitions).map((partition) => ({ partition, ...store.bounds(topic, partition) })),
        compacted: spec.compacted === true,
        stamped: null,
      };
    },
    async committed(groupId, topic) {
      store.refresh();
      const spec = store.topic(topic);
      if (spec === null)
        throw new TransportError('unknown-topic', `topic ${topic} does not exist; create it or correct its name`);
      return partitionsOf(spec.partitions).map((partition) => ({
        partition,
        commit: store.position(groupId, topic, partition).commit,
      }));
    },
    async hasMembers(groupId) {
      store.refresh();
      const lease = store.lease(groupId);
      // A thread that is busy renews its leases late, and knows its own members.
      return holds(groupId) || (lease !== null && isHeld(lease));
    },
    async ping() {
      return `embedded log in ${directory}`;
    },
  };
}

function partitionsOf(count: number): number[] {
  return Array.from({ length: count }, (_, partition) => partition);
}
