// Says in the log which devices have their state overtaken again and again in one partition. Once is a handover; more than that is
// what becomes of a device that two groups of scorers read into one store, each of which starts over when the other has been further.
import type { LogMessage } from '@tocsin/schemas';
import type { Meter } from './meter.ts';

/** A device is told again after so long at the earliest, and so many devices are watched in that time. */
const everyMs = 3_600_000;
const devicesMax = 1000;
/** Two conflicts of a device in one partition within this time are more than a handover. */
const againMs = 600_000;

const advice = 'give every deployment its own state.keyPrefix';

/** `place` names the partition. */
export type NoteConflict = (place: string, deviceIds: readonly string[]) => void;

/** `now` in milliseconds. */
export function createNoteConflict(note: LogMessage, now: () => number, meter: Pick<Meter, 'overtakenAgain'>): NoteConflict {
  let sinceMs = -Infinity;
  const seen = new Map<string, { atMs: number; isTold: boolean }>();
  return (place, deviceIds) => {
    if (now() - sinceMs >= everyMs) {
      sinceMs = now();
      seen.clear();
    }
    for (const deviceId of deviceIds) {
      const key = `${place} ${deviceId}`;
      const last = seen.get(key);
      const isAgain = last !== undefined && now() - last.atMs < againMs;
      if (isAgain) meter.overtakenAgain();
      if (isAgain && !last.isTold && seen.size < devicesMax)
        note('warn', `the state of a device is overtaken again and again: do other scorers use this store? ${advice}`, {
          deviceId,
          partition: place,
        });
      if (last !== undefined || seen.size < devicesMax) seen.set(key, { atMs: now(), isTold: isAgain || last?.isTold === true });
    }
  };
}
