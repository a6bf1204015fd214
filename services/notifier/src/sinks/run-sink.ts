// One sink with a consumer group of its own: what it cannot deliver waits in the log and keeps nobody else waiting. The position moves
// when a notice was delivered, or lies in the topic of what could not be.
import type { NotifierMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { LogRecord, LogWriter, ReaderStatus, RecordBatch, Transport } from '@tocsin/transport';
import { decodeNotice, type Notice } from '../notices/notice.ts';
import { createSettle } from './settle-notice.ts';
import type { Sink } from './sink.ts';

export type SinkParts = {
  transport: Transport;
  writer: LogWriter;
  topics: { notices: string; undelivered: string };
  groupId: string;
  giveUpMs: number;
  firstPauseMs?: number;
  metrics: NotifierMetrics;
  note: LogMessage;
  now(): number;
};

export type RunningSink = {
  name: string;
  status(): ReaderStatus;
  /** Age of the oldest notice under way; 0 for none. */
  waitingMs(): number;
  /** What it repeats because it is open. */
  open(): number;
  stop(): Promise<void>;
};

/** Resolves once it is a member of its group and reads. A sink that is new begins with what is said from now on. */
export async function runSink(sink: Sink, parts: SinkParts): Promise<RunningSink> {
  const { transport, topics, groupId, writer, giveUpMs, firstPauseMs = 1000, metrics, note, now } = parts;
  const ending = new AbortController();
  const settling = { writer, undeliveredTopic: topics.undelivered, giveUpMs, firstPauseMs, metrics, note, now };
  const { settle, waitingMs } = createSettle(sink, settling, ending.signal);
  let holding: Promise<void> = Promise.resolve();

  async function handle(batch: RecordBatch): Promise<void> {
    await holding;
    for (const record of batch.records) {
      if (ending.signal.aborted || batch.isStale()) return;
      const notice = isForOthers(record, sink.name) ? null : noticeOf(record, parts);
      if (notice !== null && !(await settle(notice, record, batch))) return;
      await sink.keep?.(batch.partition, record.offset + 1);
      await batch.commit({ offset: record.offset + 1, metadata: '' });
    }
  }

  const reader = transport.reader({
    groupId,
    topics: [topics.notices],
    startFrom: 'latest',
    maxRecords: 100,
    onAssigned(held) {
      const partitions = held.map(({ partition }) => partition);
      holding = holding.then(() => sink.hold?.(partitions, ending.signal));
    },
  });
  await reader.run(handle);
  return {
    name: sink.name,
    status: () => reader.status(),
    waitingMs,
    open: () => sink.open?.() ?? 0,
    async stop() {
      ending.abort();
      await reader.stop();
      await sink.stop?.();
    },
  };
}

/** What is sent again names the sink that it was undelivered at. */
function isForOthers({ headers }: LogRecord, name: string): boolean {
  return headers['sink'] !== undefined && Buffer.from(headers['sink']).toString() !== name;
}

function noticeOf({ value, timestampMs, topic, partition, offset }: LogRecord, { metrics, note }: SinkParts): Notice | null {
  if (value === null) return null;
  try {
    return decodeNotice(value, timestampMs);
  } catch (error) {
    metrics.unreadable.inc();
    note('warn', 'a notice cannot be read and is passed over', { topic, partition, offset, error: String(error) });
    return null;
  }
}
