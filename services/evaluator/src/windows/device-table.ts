// All windows of one recorded device, ready to be learnt from or judged.
import type { Split } from '../source.ts';
import type { RowSpan } from './window-label.ts';

/** `n` windows in time order: features `[n][d]` row-major, labels, and the rows `[startRow, endRow)` that each covers. */
export type DeviceTable = {
  deviceId: string;
  group: string;
  split: Split;
  trainRows: number;
  n: number;
  d: number;
  windows: Float32Array;
  labels: Int8Array;
  startRow: Int32Array;
  endRow: Int32Array;
  events: readonly RowSpan[];
};

/** Windows that lie in the adaptation part: the first `n`. */
export function supportCount({ endRow, trainRows }: DeviceTable): number {
  const first = endRow.findIndex((row) => row > trainRows);
  return first < 0 ? endRow.length : first;
}

/** First window of the part that is judged; `n` where there is none. */
export function judgedFrom({ startRow, trainRows, n }: DeviceTable): number {
  const first = startRow.findIndex((row) => row >= trainRows);
  return first < 0 ? n : first;
}

/** Window `at`, borrowed. */
export function windowAt({ windows, d }: Pick<DeviceTable, 'windows' | 'd'>, at: number): Float32Array {
  return windows.subarray(at * d, (at + 1) * d);
}
