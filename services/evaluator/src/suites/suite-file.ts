// One file of a benchmark suite as everything in this folder sees it, and what can be wrong with one.
import type { Split } from '../source.ts';
import type { RowSpan } from '../windows/window-label.ts';

export const suiteNames = ['nab', 'skab'] as const;
export type SuiteName = (typeof suiteNames)[number];

/** One metric file (NAB) or one run of the testbed (SKAB): a device of its own. */
export type SuiteFile = {
  /** Path within the suite's data folder, e.g. `valve1/0.csv`. */
  name: string;
  /** Event time of every row, epoch milliseconds, as they come: they may repeat or go back. */
  timesMs: Float64Array;
  channels: readonly string[];
  /** `[row][channel]`; a cell without a number is NaN. */
  samples: Float64Array;
  /** Labelled stretches in order of time (NAB: the anomaly windows). */
  events: readonly RowSpan[];
  /** Rows where the state changes (SKAB); empty where the suite has none. */
  changepoints: readonly number[];
  /** Only learnt from, never judged. */
  isJudged: boolean;
  /** Part of the data set, where it has parts: meta-test is held out, a folder of models may know meta-train. */
  split: Split | null;
};

export type SuiteErrorCode =
  /** No such folder or file. */
  | 'missing'
  /** It can be read and says something impossible. */
  | 'invalid';

/** `message` begins with the file, then says which line or field, what stands there and what was expected. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
  readonly code: SuiteErrorCode;
  readonly isRetriable = false;
  constructor(code: SuiteErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Per row whether it lies in a labelled stretch, 0 or 1. */
export function rowLabels({ timesMs, events }: Pick<SuiteFile, 'timesMs' | 'events'>): Uint8Array {
  const labels = new Uint8Array(timesMs.length);
  for (const { startRow, endRow } of events) labels.fill(1, startRow, endRow);
  return labels;
}

/** Stretches of rows that are 1. */
export function spansOf(labels: Uint8Array): RowSpan[] {
  const spans: RowSpan[] = [];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== 1) continue;
    const last = spans.at(-1);
    if (last?.endRow === row) last.endRow++;
    else spans.push({ startRow: row, endRow: row + 1 });
  }
  return spans;
}
