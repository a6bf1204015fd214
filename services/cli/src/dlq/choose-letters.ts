// Which letters somebody asks for.
import type { RejectionReason } from '@tocsin/schemas';
import { keyText } from './printable.ts';
import type { FoundLetter } from './scan-letters.ts';

export type LetterChoice = {
  reason?: RejectionReason;
  /** Topic of the refused record. */
  topic?: string;
  /** Its key, as text. */
  device?: string;
  /** The letter was written at or after / before; epoch milliseconds. */
  since?: number;
  until?: number;
  ids?: ReadonlySet<string>;
};

/** True for a letter that meets everything that is asked. */
export function isChosen({ letter, refusedAtMs }: FoundLetter, choice: LetterChoice): boolean {
  const { reason, topic, device, since, until, ids } = choice;
  return (
    (reason === undefined || letter.reason === reason) &&
    (topic === undefined || letter.topic === topic) &&
    (device === undefined || keyText(letter.key) === device) &&
    (since === undefined || refusedAtMs >= since) &&
    (until === undefined || refusedAtMs < until) &&
    (ids === undefined || ids.has(letter.id))
  );
}
