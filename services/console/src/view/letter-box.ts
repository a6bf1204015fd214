// Records that were refused, the newest of them with their first bytes, and how many there are by reason.
import type { DeadLetter, Redrive } from '@tocsin/schemas';
import type { LettersPage, LettersQuery, LetterRow, QualityPage } from '../api/quality-api.ts';
import { bytesText, keyText } from './printable.ts';

/** `letter` is null where it was too large to be kept whole; `start` has its first bytes then, too. */
export type KeptLetter = { row: LetterRow; headers: Record<string, string>; start: Uint8Array; letter: DeadLetter | null };

export type LetterBox = {
  letter(letter: DeadLetter, refusedAtMs: number): void;
  redrive(redrive: Redrive): void;
  find(id: string): KeptLetter | null;
  query(query: LettersQuery): LettersPage;
  counts(): QualityPage['letters'];
};

const keptMax = 1000;
const startBytes = 1024;
/** Records up to here are kept whole, so that what would become of them can be told: all letters together take a hundred megabytes at most. */
const wholeBytes = 100_000;
/** Of what strangers wrote, keys and headers, so much is shown. */
const shownCharacters = 512;
const headersShown = 50;
/** Ids of letters that were counted: one that is read or written twice is one letter. */
const metMax = 200_000;

export function createLetterBox(): LetterBox {
  const letters = new Map<string, KeptLetter>();
  const met = new Set<string>();
  const redriven = new Set<string>();
  const byReason: Record<string, number> = {};
  let total = 0;

  return {
    letter(letter, refusedAtMs) {
      if (met.has(letter.id)) return;
      if (met.size >= metMax) met.clear();
      met.add(letter.id);
      total += 1;
      byReason[letter.reason] = (byReason[letter.reason] ?? 0) + 1;
      letters.set(letter.id, kept(letter, refusedAtMs));
      const [oldest] = letters.keys();
      if (letters.size > keptMax) letters.delete(oldest);
    },
    redrive({ id, atMs, who }) {
      if (met.has(id)) redriven.add(id);
      const known = letters.get(id);
      if (known !== undefined) known.row = { ...known.row, redriven: { atMs, who } };
    },
    find: (id) => letters.get(id) ?? null,
    query({ reason, q, limit }) {
      const text = q.toLowerCase();
      const wanted = [...letters.values()].reverse().filter(({ row }) => {
        const isMeant = text === '' || `${row.id} ${row.key} ${row.message}`.toLowerCase().includes(text);
        return isMeant && (reason === undefined || row.reason === reason);
      });
      return { letters: wanted.slice(0, limit).map(({ row }) => row), kept: letters.size };
    },
    counts: () => ({ total, redriven: redriven.size, byReason: { ...byReason } }),
  };
}

function kept(letter: DeadLetter, refusedAtMs: number): KeptLetter {
  const { id, reason, stage, topic, key, value, error: message, headers, cutFromBytes } = letter;
  const bytes = cutFromBytes ?? value?.byteLength ?? 0;
  const shownHeaders = Object.entries(headers).slice(0, headersShown);
  return {
    row: { id, refusedAtMs, reason, stage, topic, key: cut(keyText(key)), bytes, message, redriven: null },
    headers: Object.fromEntries(shownHeaders.map(([name, text]) => [cut(name), cut(bytesText(text))])),
    start: Uint8Array.from((value ?? new Uint8Array(0)).subarray(0, startBytes)),
    letter: bytes + besideValue(letter) <= wholeBytes ? letter : null,
  };
}

function besideValue({ key, headers }: DeadLetter): number {
  return Object.entries(headers).reduce((sum, [name, text]) => sum + name.length + text.byteLength, key?.byteLength ?? 0);
}

/** No half of a character at the end. */
function cut(text: string): string {
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters).replace(/[\ud800-\udbff]$/, '')}…`;
}
