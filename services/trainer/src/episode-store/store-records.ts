// What the episode store remembers besides windows, as JSON, and what it all takes.
import type { DeviceMarks } from '../intake/operator-marks.ts';

/** Raised when what lies on disk is no longer read by newer code: such a store is made anew from the log. */
export const storeVersion = 1;

/** Of a device in a class. `number` is part of the keys of its chunks. */
export type DeviceRecord = {
  number: number;
  specHash: string;
  /** Features of a window. */
  d: number;
  /** Windows kept, windows ever taken, and every how many-th is kept between the first and the newest. */
  windows: number;
  seen: number;
  stride: number;
  /** Start of the newest window, null before the first, and whether it was suspicious. */
  lastStartMs: number | null;
  lastIsLow: boolean;
  /** Log time of the newest record. */
  heardMs: number;
};

/** Of a class: windows and labels taken since it was learned last, and when that was; null for never. */
export type ClassRecord = { devices: number; freshWindows: number; freshLabels: number; triedAtMs: number | null };

/** Where a partition has been read to; `last` is the record before `next`, by which the log is known again, null where nothing was read. */
export type Position = { next: number; last: Fingerprint | null };
export type Fingerprint = { offset: number; timestampMs: number; check: number };

/** Of everything: what it takes on disk about, the number of the next device, where room is made next, and newest log time. */
export type Totals = { bytes: number; devices: number; nextNumber: number; sweptTo: [string, string] | null; heardMs: number };

/** `layouts`: classes with the features that windows were taken of; `seed` is the store's own. */
export type StoreHeader = { version: number; seed: number; createdAtMs: number; layouts: string[] };

export const noTotals: Totals = { bytes: 0, devices: 0, nextNumber: 0, sweptTo: null, heardMs: 0 };
export const freshClass: ClassRecord = { devices: 0, freshWindows: 0, freshLabels: 0, triedAtMs: null };

/** Bytes on disk, pages not being full; `npm run bench:episodes` measures what comes of it. */
export const deviceBytes = 450;
export const marksBytes = (marks: DeviceMarks | null): number => (marks === null ? 0 : 100 + 1.5 * JSON.stringify(marks).length);
