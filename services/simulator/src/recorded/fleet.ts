// The nouns of recorded data: data sets of devices, with what is known to be wrong with them and when.

export const splits = ['meta-train', 'meta-validation', 'meta-test'] as const;
export type Split = (typeof splits)[number];

/**
 * A stretch in which something is known to be wrong, or (`ignore`) nothing is known: rows `[startRow, endRow)`, event times
 * `[startMs, endMs)` of those rows.
 */
export type TruthInterval = { kind: string; ignore: boolean; startRow: number; endRow: number; startMs: number; endMs: number };

export type RecordedDevice = {
  id: string;
  dataSet: string;
  /** Class this device belongs to: the data set, or a part of it where its devices differ in rate or channels. */
  deviceClass: string;
  group: string;
  split: Split;
  rows: number;
  /** The first rows are for adaptation; only the others may be judged. */
  trainRows: number;
  rateHz: number;
  channels: readonly string[];
  /** Event time of the first row, and just after the last. */
  startMs: number;
  endMs: number;
  truth: readonly TruthInterval[];
  /** Where the rows are. */
  file: string;
  format: 'csv' | 'int16';
  /** Physical value of one raw step, per channel; for csv all 1. */
  scale: readonly number[];
};

export type DataSet = {
  name: string;
  title: string;
  licence: string;
  citation: string;
  devices: readonly RecordedDevice[];
};

export type Fleet = { dataSets: readonly DataSet[] };
