// Where reading a partition goes on: the store knows, and what the log still has decides whether that is still there. Pure.
import { crc32 } from 'node:zlib';
import type { LogRecord } from '@tocsin/transport';
import type { Fingerprint, Position } from './store-records.ts';

export type Bounds = { startOffset: number; endOffset: number };

export type Resume = {
  offset: number;
  /**
   * `known`: where the store left off, or one record earlier, to see whether that is still the same; `new`: never read before;
   * `overtaken`: retention took `lost` records that nobody read; `replaced`: the log ends before that, so it is another one.
   */
  why: 'known' | 'new' | 'overtaken' | 'replaced';
  lost: number;
};

export function resumeFrom(position: Position | null, { startOffset, endOffset }: Bounds): Resume {
  if (position === null) return { offset: startOffset, why: 'new', lost: 0 };
  const { next, last } = position;
  if (next > endOffset) return { offset: startOffset, why: 'replaced', lost: 0 };
  if (next < startOffset) return { offset: startOffset, why: 'overtaken', lost: startOffset - next };
  return { offset: last === null ? next : Math.max(startOffset, last.offset), why: 'known', lost: 0 };
}

/** What a record is known by when it is read again. */
export function fingerprintOf({ offset, timestampMs, value }: Pick<LogRecord, 'offset' | 'timestampMs' | 'value'>): Fingerprint {
  return { offset, timestampMs, check: crc32(value ?? new Uint8Array(0)) };
}

/** Is the record at the offset of `last` another one than it was? Null where none of the records has that offset. */
export function isReplaced(last: Fingerprint, records: readonly LogRecord[]): boolean | null {
  const there = records.find(({ offset }) => offset === last.offset);
  if (there === undefined) return null;
  const { timestampMs, check } = fingerprintOf(there);
  return timestampMs !== last.timestampMs || check !== last.check;
}
