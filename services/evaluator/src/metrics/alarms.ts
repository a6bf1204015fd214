// What a threshold makes of a device's scores: events found, how late, and how often it cried wolf.
import type { RowSpan } from '../windows/window-label.ts';

/** Judged windows in time order; label -1 counts neither for nor against, but may find an event that it touches. */
export type JudgedWindows = {
  scores: Float64Array;
  labels: Int8Array;
  startRow: Int32Array;
  endRow: Int32Array;
};

export type Alarms = {
  /** Events touched by a judged window. */
  events: number;
  /** Those of them with a window over the threshold that touches them. */
  found: number;
  /** Per found event: rows from its start to the end of the first such window. */
  delayRows: number[];
  normals: number;
  /** Normal windows over the threshold. */
  falseWindows: number;
  /** Runs of normal windows in a row over the threshold: one false alarm each. */
  falseAlarms: number;
};

/** Alarms are windows that score over their threshold. No point adjustment: a found event changes no label. */
export function alarmsOf(
  { scores, labels, startRow, endRow }: JudgedWindows,
  events: readonly RowSpan[],
  thresholds: Float64Array,
): Alarms {
  const alarms: Alarms = { events: 0, found: 0, delayRows: [], normals: 0, falseWindows: 0, falseAlarms: 0 };
  let isRaised = false;
  for (let i = 0; i < scores.length; i++) {
    const isOver = scores[i] > thresholds[i];
    if (labels[i] === 0) {
      alarms.normals++;
      if (isOver) alarms.falseWindows++;
      if (isOver && !isRaised) alarms.falseAlarms++;
    }
    isRaised = isOver;
  }
  for (const event of events) {
    let isJudged = false;
    for (let i = 0; i < scores.length; i++) {
      if (startRow[i] >= event.endRow || endRow[i] <= event.startRow) continue;
      if (!isJudged) alarms.events++;
      isJudged = true;
      if (!(scores[i] > thresholds[i])) continue;
      alarms.found++;
      alarms.delayRows.push(Math.max(0, endRow[i] - event.startRow));
      break;
    }
  }
  return alarms;
}
