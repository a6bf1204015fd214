// One sink with a consumer group of its own: what it cannot deliver waits in the log and keeps nobody else waiting. The position moves
// when a notice was delivered, or lies in the topic of what could not be.
import type { NotifierMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { LogRecord, LogWriter, ReaderStatus, RecordBatch, Transport } from '@tocsin/transport';
import { isOfGroup, type FirstOffsets } from '../first-offsets.ts';
import { decodeNotice, type Notice } from '../notices/notice.ts';
import { beatWhile, untilDone } from '../wait-out.ts';
import { createSettle } from './settle-notice.ts';
import type { Sink } from './sink.ts';

export type SinkParts = {
  transport: Transport;
  writer: LogWriter;
  topics: { notices: string; undelivered: string };
  groupId: string;
  /** Where the group began; what was said before is not its business. */
  first?: FirstOffsets;
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

/** What a sink remembers is stored so often at most: it may hear again what it has taken. */
const keepEveryMs = 1000;

/** Resolves once it is a member of its group and reads. */
export async function runSink(sink: Sink, parts: SinkParts): Promise<RunningSink> {
  const { transport, topics, groupId, writer, giveUpMs, firstPauseMs = 1000, first = {}, metrics, note, now } = parts;
  const ending = new AbortController();
  const settling = { writer, undeliveredTopic: topics.undelivered, giveUpMs, firstPauseMs, metrics, note, now };
  const { settle, waitingMs } = createSettle(sink, settling, ending.signal);
  let holding: Promise<void> = Promise.resolve();

  async function handle(batch: RecordBatch): Promise<void> {
    await beatWhile(batch, holding);
    const { partition, records, endOffset } = batch;
    let keptMs = now();
    for (const [i, record] of records.entries()) {
      if (ending.signal.aborted || batch.isStale()) return;
      const isOurs = isOfGroup(first, batch, record.offset) && !isForOthers(record, sink.name);
      const isLast = i === records.length - 1;
      // A new sink passes over all that was said before it.
      if (!isOurs && !isLast) continue;
      const notice = isOurs ? noticeOf(record, parts) : null;
      if (notice !== null && !(await settle(notice, record, batch))) return;
      const next = record.offset + 1;
      if (sink.keep !== undefined && !isLast && Math.abs(now() - keptMs) < keepEveryMs) continue;
      if (!(await untilDone(async () => sink.keep?.(partition, next, endOffset), batch, { ending: ending.signal, note }))) return;
      keptMs = now();
      await batch.commit({ offset: next, metadata: '' });
    }
  }

  const reader = transport.reader({
    groupId,
    topics: [topics.notices],
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
      // What it has under way would hold up the reader.
      await Promise.all([sink.stop?.(), reader.stop()]);
    },
  };
}

/** What is sent again names the sink that it was undelivered at. */
function isForOthers({ headers }: LogRecord, name: string): boolean {
  return headers['sink'] !== undefined && Buffer.from(headers['sink']).toString() !== name;
}

function noticeOf(
  { value, timestampMs, topic, partition, offset, headers }: LogRecord,
  { metrics, note }: SinkParts,
): Notice | null {
  if (value === null) return null;
  try {
    return decodeNotice(value, timestampMs, headers['sink'] !== undefined);
  } catch (error) {
    metrics.unreadable.inc();
    note('warn', 'a notice cannot be read and is passed over', { topic, partition, offset, error: String(error) });
    return null;
  }
}
