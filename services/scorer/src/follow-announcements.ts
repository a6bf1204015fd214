// Reads the models topic from its start, as every scorer does: announcements ring, the bundles themselves lie in the store.
import { decodeModelAnnouncement, type LogMessage, type ModelAnnouncement } from '@tocsin/schemas';
import type { BatchHandler } from '@tocsin/transport';
import { beatWhile, type Every } from './beat-while.ts';
import type { Initialisations } from './initialisations.ts';
import { untilReachable, type Wait } from './retry.ts';

/** Never commits. An announcement that cannot be read is passed over; a store that is away is waited for as long as the reader is a member. */
export function createFollowAnnouncements(
  initialisations: Pick<Initialisations, 'adopt'>,
  every: Every,
  { now, sleep, onWaiting }: Pick<Wait, 'now' | 'sleep'> & { onWaiting(error: unknown, attempt: number): void },
  note: LogMessage,
): BatchHandler {
  return async (batch) => {
    const onRetry: Wait['onRetry'] = (error, attempt) => {
      if (batch.isStale()) throw error;
      onWaiting(error, attempt);
    };
    const wait = { now, sleep, onRetry, giveUpMs: Infinity };
    for (const { value, offset } of batch.records) {
      const announcement = value === null ? null : read(value, offset, note);
      if (announcement !== null)
        await beatWhile(every, batch.heartbeat, () => untilReachable(() => initialisations.adopt(announcement), wait));
    }
  };
}

function read(value: Uint8Array, offset: number, note: LogMessage): ModelAnnouncement | null {
  try {
    return decodeModelAnnouncement(value);
  } catch (error) {
    note('error', 'a model announcement cannot be read', { offset, error: String(error) });
    return null;
  }
}
