// Hands batches to the store. While the disk refuses it waits: what is remembered can still be learned from, and nothing is skipped.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogMessage } from '@tocsin/schemas';
import type { RecordBatch } from '@tocsin/transport';
import type { EpisodeStore, TakeResult } from '../episode-store/episode-store.ts';
import { StoreBroken, StoreUnwritable } from '../episode-store/store-errors.ts';
import type { Decoded } from './decode-records.ts';

export type PatientStore = {
  /**
   * Null where the batch became somebody else's meanwhile. A broken store is put aside and made anew; then it rejects, so that reading
   * begins anew, too.
   */
  take(batch: RecordBatch, items: Decoded['items']): Promise<TakeResult | null>;
  /** What keeps the store from taking anything; null for nothing. */
  problem(): string | null;
};

/** Between two lines about what is wrong. */
const sayAgainMs = 60_000;

/** Tries again every `retryMs`. */
export function storePatiently(
  store: Pick<EpisodeStore, 'take' | 'startAnew'>,
  note: LogMessage,
  now: () => number,
  retryMs = 1_000,
): PatientStore {
  let problem: string | null = null;
  let saidMs = -Infinity;

  async function startAnew(error: StoreBroken): Promise<never> {
    const aside = await store.startAnew();
    note('error', 'the episode store is broken: it was put aside and is made anew from the log', { aside, error: String(error) });
    throw error;
  }

  function sayProblem(error: StoreUnwritable): void {
    problem = error.message;
    if (now() - saidMs < sayAgainMs) return;
    saidMs = now();
    note('error', 'nothing is taken in while the episode store cannot be written', { error: error.message });
  }

  return {
    problem: () => problem,
    async take(batch, items) {
      const { topic, partition, records } = batch;
      while (!batch.isStale()) {
        try {
          const result = store.take({ topic, partition, records, items });
          if (problem !== null) note('info', 'the episode store can be written again', {});
          problem = null;
          return result;
        } catch (error) {
          if (error instanceof StoreBroken) return startAnew(error);
          if (!(error instanceof StoreUnwritable)) throw error;
          sayProblem(error);
        }
        await batch.heartbeat();
        await sleep(retryMs);
      }
      return null;
    },
  };
}
