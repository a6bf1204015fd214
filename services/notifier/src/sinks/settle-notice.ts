// What becomes of one notice at one sink: delivered, or kept in the topic of what could not be, or given back.
import { setTimeout as sleep } from 'node:timers/promises';
import type { NotifierMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { LogRecord, LogWriter, RecordBatch } from '@tocsin/transport';
import type { Notice } from '../notices/notice.ts';
import { untilDone } from '../wait-out.ts';
import { deliverPatiently, type Patience } from './deliver-patiently.ts';
import type { Sink } from './sink.ts';

export type SettleParts = {
  writer: LogWriter;
  undeliveredTopic: string;
  giveUpMs: number;
  firstPauseMs: number;
  metrics: NotifierMetrics;
  note: LogMessage;
  now(): number;
};

export type SettleNotice = {
  /** False where nothing was settled, and the position stays. Rejects where it could not be kept. */
  settle(notice: Notice, record: LogRecord, batch: RecordBatch): Promise<boolean>;
  /** Age of the oldest notice under way; 0 for none. */
  waitingMs(): number;
};

const longestPauseMs = 60_000;
/** Of the attempts that fail the first is said, and every tenth. */
const saidEvery = 10;

export function createSettle(sink: Sink, parts: SettleParts, ending: AbortSignal): SettleNotice {
  const { giveUpMs, firstPauseMs, metrics, note, now } = parts;
  const underWay = new Map<number, number>();
  const patience: Patience = {
    giveUpMs,
    firstPauseMs,
    longestPauseMs,
    ending,
    now,
    sleep: (ms) => sleep(ms, undefined, { signal: ending }).catch(() => undefined),
    onFailure({ key }, reason, why, attempts) {
      metrics.failures.inc({ sink: sink.name, reason });
      if (attempts !== 1 && attempts % saidEvery !== 0) return;
      note('warn', 'a notice could not be delivered and is tried again', { sink: sink.name, notice: key, attempts, why });
    },
  };
  return {
    async settle(notice, record, batch) {
      underWay.set(batch.partition, notice.writtenMs);
      try {
        const delivery = await deliverPatiently(sink, notice, batch, patience);
        if (delivery.outcome === 'given-back') return false;
        if (delivery.outcome === 'delivered')
          metrics.deliverySeconds.observe({ sink: sink.name }, Math.max(0, now() - notice.writtenMs) / 1000);
        else {
          const keep = () => giveUp(notice, record, delivery, sink.name, parts);
          if (!(await untilDone(keep, batch, { ending, note }))) return false;
          sink.givenUp?.(notice, batch.partition, delivery.outcome);
        }
        metrics.deliveries.inc({ sink: sink.name, outcome: delivery.outcome });
        return true;
      } finally {
        underWay.delete(batch.partition);
      }
    },
    waitingMs: () => (underWay.size === 0 ? 0 : Math.max(0, now() - Math.min(...underWay.values()))),
  };
}

/** Kept with its bytes, where it can be found and sent again; rejects until it is. */
async function giveUp(
  { key }: Notice,
  { topic, partition, offset, key: recordKey, value }: LogRecord,
  { outcome, why, attempts }: { outcome: 'refused' | 'expired'; why: string; attempts: number },
  sink: string,
  { writer, undeliveredTopic, note }: SettleParts,
): Promise<void> {
  const place = `${topic}:${partition}:${offset}`;
  const headers = { sink, outcome, why: why.slice(0, 500), attempts: String(attempts), notice: key, place };
  await writer.send([{ topic: undeliveredTopic, key: recordKey, value, headers }]);
  note('error', `a notice was not delivered: ${outcome}`, headers);
}
