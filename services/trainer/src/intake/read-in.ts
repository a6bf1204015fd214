// From batches of the log to the store, and to whoever counts and listens.
import type { TrainerMetrics } from '@tocsin/observability';
import type { LogMessage, ScoredWindow } from '@tocsin/schemas';
import type { BatchHandler, RecordBatch } from '@tocsin/transport';
import type { TakeResult } from '../episode-store/episode-store.ts';
import { decodeRecords, type ClassesInUse, type Decoded, type IntakeTopics } from './decode-records.ts';
import type { ResumeReading } from './resume-reading.ts';
import type { PatientStore } from './store-patiently.ts';

export type Intake = {
  topics: IntakeTopics;
  store: PatientStore;
  isCurrent: ResumeReading['isCurrent'];
  classes: ClassesInUse;
  metrics: TrainerMetrics;
  note: LogMessage;
  now(): number;
  /** Hears of every window that was taken in, once it is stored. */
  onWindow?: ((window: ScoredWindow) => void) | undefined;
};

/** Between two commits of a partition that has more to read. */
const commitEveryMs = 1_000;

export function createReadIn({ topics, store, isCurrent, classes, metrics, note, now, onWindow }: Intake): BatchHandler {
  const committedMs = new Map<string, number>();

  /** Commits are a courtesy: lag is measured by them. Where reading goes on is the store's to say. */
  async function commit(batch: RecordBatch): Promise<void> {
    const { topic, partition, records, endOffset } = batch;
    const next = (records.at(-1)?.offset ?? 0) + 1;
    const key = `${topic}/${partition}`;
    if (next < endOffset && now() - (committedMs.get(key) ?? -Infinity) < commitEveryMs) return;
    committedMs.set(key, now());
    await batch.commit({ offset: next, metadata: '' }).catch((error) => {
      note('warn', 'a commit failed; the store knows better', { topic, partition, error: String(error) });
    });
  }

  function count(result: Extract<TakeResult, { outcome: 'stored' }>, { items, refused }: Decoded): void {
    for (const { deviceClass, reason } of refused) metrics.windowsRefused.inc({ class: deviceClass, reason });
    const windows = items.flatMap(({ item }) => (item.kind === 'window' ? [item.window] : []));
    // Records that were stored before come first, and have no result.
    const before = windows.length - result.windows.length;
    for (const [at, { deviceClass, taken }] of result.windows.entries()) {
      if (taken === 'taken') metrics.windows.inc({ class: deviceClass });
      else if (taken !== 'amended') metrics.windowsRefused.inc({ class: deviceClass, reason: taken });
      if (taken === 'taken') onWindow?.(windows[before + at]);
    }
  }

  return async (batch) => {
    const { topic, partition, records } = batch;
    if (!isCurrent(topic, partition)) throw new Error(`${topic}/${partition} is read again: the store was made anew`);
    const decoded = decodeRecords(records, topics, classes);
    const result = await store.take(batch, decoded.items);
    if (result === null) return;
    if (result.outcome === 'replaced') {
      const found = 'the log has other records where reading had got to: the topic was made anew, or it is another cluster';
      note('error', found, { topic, partition });
      throw new Error(`${topic}/${partition} is read again: it is not the partition that was read before`);
    }
    count(result, decoded);
    if (decoded.broken !== null) note('warn', 'records that cannot be read', { topic, partition, ...decoded.broken });
    await commit(batch);
  };
}
