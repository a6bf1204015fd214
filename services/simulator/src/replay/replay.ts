// Sends recorded or simulated telemetry at a chosen pace. The one paced sender of the simulator, the demo, `tocsin replay` and tests.
import type { OutgoingRecord } from '@tocsin/transport';
import { mergeSources } from './merge-sources.ts';
import type { ReplaySource } from './timed-record.ts';

export type ReplayOptions = {
  sources: readonly ReplaySource[];
  /** Event time per wall-clock time (Infinity: as fast as `send` takes it), or how long the whole is to last. */
  pace: { speed: number } | { durationMs: number };
  /** Called with one batch at a time; the next waits for it. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Wall clock in milliseconds; only differences count. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Ends the replay after the batch in flight. */
  signal?: AbortSignal;
  /** After every batch: records sent so far, and the event time that has been reached. */
  onSent?(progress: ReplayProgress): void;
};

export type ReplayProgress = { records: number; eventMs: number; behindMs: number };

const batchRecords = 500;
const batchBytes = 512 * 1024;
/** Records due within this time of each other travel together. */
const tickMs = 10;

/**
 * Sends every record once its time has come, in the order of event time over all sources, and resolves with the last progress.
 * A slow `send` makes it late (`behindMs`, wall clock), never lossy: it catches up in full batches. Rejects with what `send` or a
 * source rejects with. Throws on a speed or duration that is not positive, and on a duration for a source without end.
 */
export async function replay(options: ReplayOptions): Promise<ReplayProgress> {
  const { sources, send, now, sleep, signal, onSent } = options;
  const firstMs = Math.min(...sources.map((source) => source.firstMs));
  const speed = speedOf(options, firstMs);
  const startedMs = now();
  const progress: ReplayProgress = { records: 0, eventMs: firstMs, behindMs: 0 };
  let batch: OutgoingRecord[] = [];
  let bytes = 0;

  async function flush(dueMs: number): Promise<void> {
    if (batch.length === 0) return;
    const sent = batch;
    batch = [];
    bytes = 0;
    await send(sent);
    progress.records += sent.length;
    progress.eventMs = dueMs;
    progress.behindMs = Math.max(0, now() - dueAt(dueMs));
    onSent?.({ ...progress });
  }
  const dueAt = (dueMs: number): number => startedMs + (dueMs - firstMs) / speed;

  let reachedMs = firstMs;
  for await (const { dueMs, record } of mergeSources(sources)) {
    if (dueAt(dueMs) > now()) {
      await flush(reachedMs);
      await sleepUntil(dueAt(dueMs), { now, sleep, signal });
    }
    if (signal?.aborted === true) break;
    reachedMs = dueMs;
    batch.push(record);
    bytes += record.value?.length ?? 0;
    if (batch.length >= batchRecords || bytes >= batchBytes) await flush(reachedMs);
  }
  await flush(reachedMs);
  return progress;
}

function speedOf({ pace, sources }: ReplayOptions, firstMs: number): number {
  if ('speed' in pace) {
    if (pace.speed > 0) return pace.speed;
    throw new Error(`speed ${pace.speed}: expected a positive number`);
  }
  const lastMs = Math.max(...sources.map((source) => source.lastMs));
  if (!(pace.durationMs > 0)) throw new Error(`durationMs ${pace.durationMs}: expected a positive number`);
  if (!Number.isFinite(lastMs) && sources.length > 0) throw new Error('durationMs: a source has no end; give a speed');
  return Math.max(lastMs - firstMs, 1) / pace.durationMs;
}

/** In slices, so that an abort is seen soon. */
async function sleepUntil(
  wallMs: number,
  { now, sleep, signal }: { now: () => number; sleep: (ms: number) => Promise<void>; signal: AbortSignal | undefined },
): Promise<void> {
  for (let left = wallMs - now(); left > 0 && signal?.aborted !== true; left = wallMs - now()) {
    await sleep(Math.min(Math.max(left, tickMs), 250));
  }
}
