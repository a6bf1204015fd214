// What is true of a window, from what is true of its rows.
import type { WindowLabel } from '@tocsin/models';
import type { SourceDevice } from '../source.ts';

/** Rows `[startRow, endRow)`: of a fault (an event) or of a window. */
export type RowSpan = { startRow: number; endRow: number };

/** The labelled faults of a device in order; those that touch or overlap count as one. */
export function eventsOf({ truth }: Pick<SourceDevice, 'truth'>): RowSpan[] {
  const events: RowSpan[] = [];
  const faults = truth.filter(({ ignore }) => !ignore).toSorted((one, two) => one.startRow - two.startRow);
  for (const { startRow, endRow } of faults) {
    const last = events.at(-1);
    if (last !== undefined && startRow <= last.endRow) last.endRow = Math.max(last.endRow, endRow);
    else events.push({ startRow, endRow });
  }
  return events;
}

/**
 * Label of a window on rows `[startRow, endRow)`: 1 if at least half of its rows are wrong or a whole event lies in it (most events
 * of web services are shorter than half a window); 0 if none is; else -1, as where it touches a row of which nothing is known or
 * lies on both sides of `trainRows`. Where rows are records, 1 or 0 as at least half of them are or are not wrong.
 */
export function windowLabel(
  { truth, trainRows }: Pick<SourceDevice, 'truth' | 'trainRows'>,
  events: readonly RowSpan[],
  { startRow, endRow }: RowSpan,
  areRecords: boolean,
): WindowLabel {
  if (startRow < trainRows && endRow > trainRows) return -1;
  if (truth.some((interval) => interval.ignore && overlap(interval, startRow, endRow) > 0)) return -1;
  let wrong = 0;
  let isWhole = false;
  for (const event of events) {
    const rows = overlap(event, startRow, endRow);
    wrong += rows;
    if (rows > 0 && rows === event.endRow - event.startRow) isWhole = true;
  }
  const isMostlyWrong = wrong > 0 && 2 * wrong >= endRow - startRow;
  if (areRecords) return isMostlyWrong ? 1 : 0;
  if (wrong === 0) return 0;
  return isWhole || isMostlyWrong ? 1 : -1;
}

function overlap(event: RowSpan, startRow: number, endRow: number): number {
  return Math.max(0, Math.min(event.endRow, endRow) - Math.max(event.startRow, startRow));
}
