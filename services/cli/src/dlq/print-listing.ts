// The listing of dead letters for people and for programs.
import { counted, moment } from '../terminal/figures.ts';
import { tableLines, type Column } from '../terminal/table.ts';
import type { Listing, LetterRow } from './list-letters.ts';
import { cut, printable } from './printable.ts';

const keyColumnsMax = 32;

const columns: Column<LetterRow>[] = [
  { title: 'id', align: 'left', cell: ({ id }) => printable(id) },
  { title: 'refused (UTC)', align: 'left', cell: ({ refusedAtMs }) => moment(refusedAtMs) },
  { title: 'device', align: 'left', cell: ({ key }) => cut(printable(key), keyColumnsMax) },
  { title: 'reason', align: 'left', cell: ({ reason }) => reason },
  { title: 'stage', align: 'left', cell: ({ stage }) => printable(stage) },
  { title: 'bytes', align: 'right', cell: ({ bytes }) => bytes.toLocaleString('en-US') },
  { title: 'again', align: 'left', cell: ({ wasRedriven }) => (wasRedriven ? 'sent' : '') },
  { title: 'message', align: 'left', cell: ({ message }) => printable(message) },
];

/** Table and counts; lines end at `width` columns where there are so few. */
export function listingLines({ rows, total, byReason, redriven, unreadable }: Listing, width: number | undefined): string[] {
  if (total === 0) return ['no dead letters', ...unreadableLines(unreadable)];
  const table = rows.length === 0 ? [] : tableLines(rows, columns).map((line) => (width === undefined ? line : cut(line, width)));
  const shown = rows.length < total ? ` (the newest ${rows.length.toLocaleString('en-US')} are shown)` : '';
  const again = redriven === 0 ? '' : `, ${redriven.toLocaleString('en-US')} of them sent again`;
  const counts = byReason.map(([reason, letters]) => `${letters.toLocaleString('en-US').padStart(9)}  ${reason}`);
  return [...table, '', `${counted(total, 'dead letter')}${again}${shown}`, ...counts, ...unreadableLines(unreadable)];
}

/** One object per letter, then one with the counts. */
export function listingJson({ rows, total, byReason, redriven, unreadable }: Listing): string[] {
  const counts = { total, byReason: Object.fromEntries(byReason), redriven, unreadable };
  return [...rows, counts].map((each) => JSON.stringify(each));
}

function unreadableLines(unreadable: number): string[] {
  if (unreadable === 0) return [];
  return [`${counted(unreadable, 'record')} of the topic cannot be read: written by another version, or not by Tocsin`];
}
