// Cuts the readings of one device into epoch-aligned hopping event-time windows. What a window holds, and at which
// offset it closes, is a pure function of the readings and their order, so a replay of the log cuts the same windows.
import type { DeviceClass, Reading } from '@tocsin/schemas';
import { createWindowScratch, cutWindow, type ClosedWindow, type WindowScratch } from './cut-window.ts';
import { firstWindowStart, gridIndex, lastWindowStart } from './grid.ts';
import { createResampler, endStretch, fitsGrid, resample, waitingOffset, type GridSamples, type Resampler } from './resampler.ts';
import { advance, createSampleRing, write, type SampleRing } from './sample-ring.ts';
import { firstOffsetOf, placeOf, type AmendableWindow, type OpenWindow } from './window-list.ts';

/**
 * Called for every window that closes, in order of time, and again for one that is amended. `window.samples` is borrowed: valid until
 * the call returns.
 */
export type OnWindow = (closed: ClosedWindow) => void;

/** What became of the samples of a reading. Late samples missed at least one of their windows for good. */
export type AddResult = { lateSamples: number; repeatedSamples: number };

/** Open windows of one device. Built by `createDeviceWindows`, changed by `addReading` and `closeAll`. */
export type DeviceWindows = {
  deviceId: string;
  deviceClass: DeviceClass;
  /** Windows that end at or before this grid index are closed; it never falls. */
  watermark: number;
  /** Offset of the last record that moved the watermark: whoever reads from there on comes to the same one. */
  headOffset: number;
  latenessSamples: number;
  /** Closed windows that end after `sealed` and not this far behind the watermark take late samples still. */
  amendSamples: number;
  sealed: number;
  ring: SampleRing;
  /** Where readings of other rates come through. */
  resampler: Resampler;
  /** Both sorted by start. */
  open: OpenWindow[];
  amendable: AmendableWindow[];
  scratch: WindowScratch;
};

/** A device without data. Memory: about (window + lateness + time to amend + hop) samples of every channel. */
export function createDeviceWindows(
  deviceId: string,
  deviceClass: DeviceClass,
  scratch = createWindowScratch(deviceClass),
): DeviceWindows {
  const { window, rateHz, channels } = deviceClass;
  const latenessSamples = Math.ceil((window.latenessMs * rateHz) / 1000);
  const amendSamples = Math.ceil(((window.amendMs ?? 0) * rateHz) / 1000);
  const capacity = window.samples + latenessSamples + amendSamples + window.hop;
  const ring = createSampleRing(channels.length, capacity, window.jitter === 'linear');
  const resampler = createResampler(rateHz, channels.length);
  const nothingYet = { watermark: -Infinity, headOffset: Infinity, sealed: -Infinity, open: [], amendable: [] };
  return { deviceId, deviceClass, ...nothingYet, latenessSamples, amendSamples, ring, resampler, scratch };
}

/**
 * Adds a reading that lies at `offset` in the log and closes the windows that it completes. One of another rate than the class's is
 * brought onto the grid; its end waits for what goes on from it.
 */
export function addReading(windows: DeviceWindows, reading: Reading, offset: number, onWindow: OnWindow): AddResult {
  const { deviceClass, resampler } = windows;
  const result: AddResult = { lateSamples: 0, repeatedSamples: 0 };
  const onSamples = (piece: GridSamples) => addSamples(windows, piece, onWindow, result);
  if (fitsGrid(reading.rateHz, deviceClass.rateHz)) {
    endStretch(resampler, onSamples);
    const position = (reading.startMs * deviceClass.rateHz) / 1000;
    const index = Math.round(position);
    onSamples({ index, shift: position - index, samples: reading.samples, offset });
  } else {
    resample(resampler, reading, offset, onSamples);
  }
  handOutAmended(windows, onWindow);
  return result;
}

/** Closes every open window as if time had passed; what comes for them afterwards is late. */
export function closeAll(windows: DeviceWindows, onWindow: OnWindow): void {
  endStretch(windows.resampler, (piece) => addSamples(windows, piece, onWindow, { lateSamples: 0, repeatedSamples: 0 }));
  const last = windows.open.at(-1);
  if (last !== undefined) raiseWatermark(windows, last.start + windows.deviceClass.window.samples, onWindow);
  handOutAmended(windows, onWindow);
}

/** From now on windows that end at or before `untilMs`, and are closed, stay as they are; nothing is needed for them any more. */
export function sealWindows(windows: DeviceWindows, untilMs: number): void {
  windows.sealed = Math.max(windows.sealed, gridIndex(untilMs, windows.deviceClass.rateHz));
  dropSealed(windows);
}

/** Offset of the first record that a window which is open or may be amended, or what waits for one, needs; Infinity for none. */
export function firstNeededOffset(windows: DeviceWindows): number {
  return Math.min(waitingOffset(windows.resampler), firstOffsetOf(windows.open), firstOffsetOf(windows.amendable));
}

/**
 * Long stretches are taken in slices of one hop: no window that ends before a slice's watermark can hold samples of a later slice,
 * and all samples of a slice belong to the same windows.
 */
function addSamples(windows: DeviceWindows, piece: GridSamples, onWindow: OnWindow, result: AddResult): void {
  const { window, channels } = windows.deviceClass;
  const total = piece.samples.length / channels.length;
  for (let done = 0; done < total;) {
    const index = piece.index + done;
    const count = Math.min(total - done, window.hop - positiveModulo(index, window.hop));
    moveHead(windows, index, piece.offset, onWindow);
    addSlice(windows, piece, done, count, result);
    moveHead(windows, index + count, piece.offset, onWindow);
    done += count;
  }
}

function addSlice(windows: DeviceWindows, piece: GridSamples, first: number, count: number, result: AddResult): void {
  const { samples, hop } = windows.deviceClass.window;
  const index = piece.index + first;
  const oldest = firstWindowStart(index, samples, hop);
  const newest = lastWindowStart(index, hop);
  const settled = settledUntil(windows);
  if (oldest + samples <= settled) result.lateSamples += count;
  if (newest + samples <= settled) return;
  advance(windows.ring, index + count);
  const repeated = write(windows.ring, index, piece, first, count);
  result.repeatedSamples += repeated;
  for (let start = newest; start >= oldest && start + samples > settled; start -= hop) {
    if (start + samples > windows.watermark) placeOf(windows.open, start, () => ({ start, firstOffset: piece.offset }));
    else if (repeated < count) amend(windows, start, piece.offset);
  }
}

/**
 * A window that nothing came for in time is amended, too. That it is late follows from the record that moved the watermark; newer
 * windows can be amended as well, and the newest of them keeps that record.
 */
function amend({ amendable }: DeviceWindows, start: number, firstOffset: number): void {
  placeOf(amendable, start, () => ({ start, firstOffset, revision: 0, isChanged: true })).isChanged = true;
}

/** Windows that end at or before this grid index take nothing any more. */
function settledUntil({ watermark, amendSamples, sealed }: DeviceWindows): number {
  return amendSamples === 0 ? watermark : Math.max(watermark - amendSamples, Math.min(sealed, watermark));
}

function dropSealed(windows: DeviceWindows): void {
  const settled = settledUntil(windows);
  const { samples } = windows.deviceClass.window;
  while (windows.amendable.length > 0 && windows.amendable[0].start + samples <= settled) windows.amendable.shift();
}

/** Once for every record: a record that reaches a window in several places changes it once. */
function handOutAmended(windows: DeviceWindows, onWindow: OnWindow): void {
  for (const entry of windows.amendable) {
    if (!entry.isChanged) continue;
    entry.isChanged = false;
    entry.revision += 1;
    onWindow(cutWindow(windows, entry.start, entry.revision));
  }
}

function moveHead(windows: DeviceWindows, head: number, offset: number, onWindow: OnWindow): void {
  if (head - windows.latenessSamples > windows.watermark) windows.headOffset = offset;
  raiseWatermark(windows, head - windows.latenessSamples, onWindow);
}

function raiseWatermark(windows: DeviceWindows, watermark: number, onWindow: OnWindow): void {
  if (watermark <= windows.watermark) return;
  // What this record amended may be out of reach afterwards.
  handOutAmended(windows, onWindow);
  windows.watermark = watermark;
  const { samples } = windows.deviceClass.window;
  while (windows.open.length > 0 && windows.open[0].start + samples <= watermark) {
    const closing = windows.open.shift()!;
    if (closing.start + samples > settledUntil(windows))
      placeOf(windows.amendable, closing.start, () => ({ ...closing, revision: 0, isChanged: false }));
    onWindow(cutWindow(windows, closing.start, 0));
  }
  dropSealed(windows);
}

function positiveModulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}
