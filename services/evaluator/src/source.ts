// Recorded fleets as the evaluator sees them. Whoever composes the services hands over the sets and how their rows are read.

export const splits = ['meta-train', 'meta-validation', 'meta-test'] as const;
export type Split = (typeof splits)[number];

/** Rows `[startRow, endRow)` that are known to be wrong, or (`ignore`) of which nothing is known. */
export type SourceInterval = { kind: string; ignore: boolean; startRow: number; endRow: number; startMs: number; endMs: number };

/** One recorded device; what is not read here is for the reader of its rows. */
export type SourceDevice = {
  id: string;
  dataSet: string;
  deviceClass: string;
  group: string;
  split: Split;
  rows: number;
  /** Support comes from the first so many rows, what is judged from those after. */
  trainRows: number;
  rateHz: number;
  channels: readonly string[];
  startMs: number;
  endMs: number;
  truth: readonly SourceInterval[];
  file: string;
  format: 'csv' | 'int16';
  scale: readonly number[];
};

/** `classes` holds, per device class of the devices, what `parseDeviceClass` of @tocsin/config takes. */
export type SourceSet = { name: string; devices: readonly SourceDevice[]; classes: Readonly<Record<string, ClassInput>> };

export type ClassInput = {
  channels: readonly string[];
  rateHz: number;
  window: { samples: number; hop: number };
  features?: { bands: number; wavelet: boolean; envelope: boolean };
  supportWindows: number;
};

/** Rows from `fromRow` on: event times and values `[row][channel]`. */
export type RowBlock = { fromRow: number; timesMs: Float64Array; samples: Float32Array };

/** Yields all rows of a device in order. */
export type ReadRows = (device: SourceDevice) => AsyncIterable<RowBlock>;
