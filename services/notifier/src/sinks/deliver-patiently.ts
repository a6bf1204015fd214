// One notice to one sink until it is delivered, refused or too old: with pauses that grow, and a sign of life to the group meanwhile.
import type { RecordBatch } from '@tocsin/transport';
import type { Notice } from '../notices/notice.ts';
import { beatWhile } from '../wait-out.ts';
import type { FailureReason, Sink } from './sink.ts';

/** `given-back`: the partition is somebody else's, or this process ends; nothing is to be committed. */
export type Delivery =
  | { outcome: 'delivered'; attempts: number }
  | { outcome: 'refused' | 'expired'; why: string; attempts: number }
  | { outcome: 'given-back' };

export type Patience = {
  /** A notice that is older when an attempt fails is given up. */
  giveUpMs: number;
  firstPauseMs: number;
  longestPauseMs: number;
  onFailure(notice: Notice, reason: FailureReason, why: string, attempts: number): void;
  /** Aborted when this process ends. */
  ending: AbortSignal;
  now(): number;
  sleep(ms: number): Promise<unknown>;
};

/** Between two looks at whether it is still ours to deliver. */
const lookEveryMs = 2000;

export async function deliverPatiently(
  sink: Sink,
  notice: Notice,
  batch: Pick<RecordBatch, 'partition' | 'isStale' | 'heartbeat'>,
  patience: Patience,
): Promise<Delivery> {
  const { giveUpMs, firstPauseMs, longestPauseMs, onFailure, ending, now, sleep } = patience;
  let pauseMs = firstPauseMs;
  for (let attempts = 1; ; attempts++) {
    if (ending.aborted || batch.isStale()) return { outcome: 'given-back' };
    const attempt = await beatWhile(batch, sink.deliver(notice, batch.partition, ending));
    if (attempt.outcome === 'delivered') return { outcome: 'delivered', attempts };
    if (ending.aborted) return { outcome: 'given-back' };
    if (attempt.outcome === 'refused') return { outcome: 'refused', why: attempt.why, attempts };
    onFailure(notice, attempt.reason, attempt.why, attempts);
    if (now() - notice.writtenMs > giveUpMs) return { outcome: 'expired', why: attempt.why, attempts };
    const wishMs = Math.min(longestPauseMs, Math.max(pauseMs, attempt.retryAfterMs ?? 0));
    // By what was slept, not by a clock: one that is set back would make it wait for as long as it was.
    for (let leftMs = wishMs; leftMs > 0 && !ending.aborted && !batch.isStale(); leftMs -= lookEveryMs) {
      await sleep(Math.min(lookEveryMs, leftMs));
      await batch.heartbeat();
    }
    pauseMs = Math.min(longestPauseMs, 2 * pauseMs);
  }
}
