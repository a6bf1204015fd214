// Waiting inside a handler: the group hears of us meanwhile, and what is away is asked again until it is back.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogMessage } from '@tocsin/schemas';
import type { RecordBatch } from '@tocsin/transport';

const beatEveryMs = 2000;
const firstPauseMs = 100;
const longestPauseMs = 5000;
/** Of the attempts that fail the first is said, and every tenth. */
const saidEvery = 10;

/** The group hears of us until `work` has settled. */
export async function beatWhile<T>({ heartbeat }: Pick<RecordBatch, 'heartbeat'>, work: Promise<T>): Promise<T> {
  let isBeating = false;
  const timer = setInterval(() => {
    if (isBeating) return;
    isBeating = true;
    heartbeat()
      .catch(() => undefined)
      .finally(() => (isBeating = false));
  }, beatEveryMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Acts until it succeeds, while the log or the store is away. False where the partition became somebody else's, or this process ends,
 * before it did. Rejects with what does not pass by itself.
 */
export async function untilDone(
  act: () => Promise<void>,
  batch: Pick<RecordBatch, 'topic' | 'partition' | 'isStale' | 'heartbeat'>,
  { ending, note }: { ending: AbortSignal; note: LogMessage },
): Promise<boolean> {
  let pauseMs = firstPauseMs;
  for (let attempts = 1; !ending.aborted && !batch.isStale(); attempts++) {
    try {
      await beatWhile(batch, act());
      return true;
    } catch (error) {
      if (!isRetriable(error)) throw error;
      const { topic, partition } = batch;
      if (attempts === 1 || attempts % saidEvery === 0)
        note('warn', 'nothing is read until what is away is back', { topic, partition, attempts, error: String(error) });
    }
    await beatWhile(
      batch,
      sleep(pauseMs, undefined, { signal: ending }).catch(() => undefined),
    );
    pauseMs = Math.min(longestPauseMs, 2 * pauseMs);
  }
  return false;
}

/** Errors of the world carry `isRetriable`. */
function isRetriable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'isRetriable' in error && error.isRetriable === true;
}
