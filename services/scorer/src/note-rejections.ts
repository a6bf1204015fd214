// Says in the log what was refused and under which id it lies in the dead-letter topic; a flood becomes a few lines.
import type { LogMessage, Rejection, RejectionReason } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';

/** A reason is told again after so long at the earliest. */
const everyMs = 10_000;
/** A message may quote what a stranger wrote. */
const charactersMax = 500;

export type NoteRejection = (record: LogRecord, rejection: Rejection) => void;

/** The first record of a reason is told at once; `alsoRefused` counts those of the reason in between that were not. */
export function createNoteRejection(note: LogMessage, now: () => number): NoteRejection {
  const told = new Map<RejectionReason, { atMs: number; untold: number }>();
  return (record, { reason, message }) => {
    const last = told.get(reason);
    if (last !== undefined && now() - last.atMs < everyMs) return void (last.untold += 1);
    told.set(reason, { atMs: now(), untold: 0 });
    note('warn', 'a record was refused', {
      deadLetter: deadLetterId(record),
      reason,
      error: message.slice(0, charactersMax),
      alsoRefused: last?.untold ?? 0,
    });
  };
}

/** Id of the dead letter that a refused record becomes: where the record lies. */
export function deadLetterId({ topic, partition, offset }: LogRecord): string {
  return `${topic}:${partition}:${offset}`;
}
