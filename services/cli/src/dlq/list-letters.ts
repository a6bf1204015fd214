// The newest letters of a choice and how many there are by reason; keeps no more rows than are asked for.
import { redriveHeader, type RejectionReason } from '@tocsin/schemas';
import { isChosen, type LetterChoice } from './choose-letters.ts';
import { createLetterSet } from './letter-set.ts';
import { bytesText, keyText } from './printable.ts';
import type { Entry, FoundLetter } from './scan-letters.ts';

/** A letter without its bytes. */
export type LetterRow = {
  id: string;
  refusedAtMs: number;
  key: string;
  reason: RejectionReason;
  stage: string;
  /** Of the value. */
  bytes: number;
  message: string;
  /** Id of the letter that the refused record was a redrive of. */
  redriveOf: string | null;
  wasRedriven: boolean;
};

export type Listing = {
  /** Newest last. */
  rows: LetterRow[];
  /** Letters of the choice, each counted once however often it lies in the topic. */
  total: number;
  byReason: [RejectionReason, number][];
  /** How many of them were sent again. */
  redriven: number;
  /** Records of the topic that are neither letters nor marks. */
  unreadable: number;
};

/** Collects what a scan finds. */
export function createListing(choice: LetterChoice, limit: number): { add(entries: readonly Entry[]): void; result(): Listing } {
  let rows: LetterRow[] = [];
  const met = createLetterSet();
  const redriven = createLetterSet();
  const byReason = new Map<RejectionReason, number>();
  let unreadable = 0;

  const newest = () => rows.toSorted((one, two) => one.refusedAtMs - two.refusedAtMs).slice(Math.max(0, rows.length - limit));

  function addLetter(found: FoundLetter): void {
    const { letter } = found;
    if (!isChosen(found, choice) || !met.add(letter.id)) return;
    byReason.set(letter.reason, (byReason.get(letter.reason) ?? 0) + 1);
    rows.push(rowOf(found));
    if (rows.length >= 2 * limit + 100) rows = newest();
  }

  return {
    add(entries) {
      for (const entry of entries) {
        if (entry.kind === 'letter') addLetter(entry);
        // A mark lies behind its letter in the letter's own partition.
        else if (entry.kind === 'redrive') void (met.has(entry.redrive.id) && redriven.add(entry.redrive.id));
        else unreadable += 1;
      }
    },
    result: () => ({
      rows: newest().map((row) => ({ ...row, wasRedriven: redriven.has(row.id) })),
      total: met.size(),
      byReason: [...byReason].toSorted(([, one], [, two]) => two - one),
      redriven: redriven.size(),
      unreadable,
    }),
  };
}

function rowOf({ letter, refusedAtMs }: FoundLetter): LetterRow {
  const { id, key, value, reason, stage, error: message, headers } = letter;
  const origin = headers[redriveHeader];
  return {
    id,
    refusedAtMs,
    key: keyText(key),
    reason,
    stage,
    bytes: letter.cutFromBytes ?? value?.byteLength ?? 0,
    message,
    redriveOf: origin === undefined ? null : bytesText(origin),
    wasRedriven: false,
  };
}
