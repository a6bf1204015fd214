// Cuts the readings of one device into epoch-aligned hopping event-time windows. What a window holds, and at which
// offset it closes, is a pure function of the readings and their order, so a replay of the log cuts the same windows.
import type { DeviceClass, Reading, Window } from '@tocsin/schemas';
import { alignToGrid } from './align-to-grid.ts';
import { fillGaps } from './fill-gaps.ts';
import { firstWindowStart, gridMs, lastWindowStart } from './grid.ts';
import { createResampler, endStretch, fitsGrid, resample, waitingOffset, type GridSamples, type Resampler } from './resampler.ts';
import { advance, createSampleRing, read, write, type SampleRing } from './sample-ring.ts';

/** What became of a window: ready to score, or too full of holes. */
export type ClosedWindow = { outcome: 'complete' | 'interpolated' | 'gappy'; window: Window };

/** Called for every window that closes, in order of time. `window.samples` is borrowed: valid until the call returns. */
export type OnWindow = (closed: ClosedWindow) => void;

/** What became of the samples of a reading. Late samples missed at least one of their windows. */
export type AddResult = { lateSamples: number; repeatedSamples: number };

type OpenWindow = { start: number; firstOffset: number };

/** Open windows of one device. Built by `createDeviceWindows`, changed by `addReading` and `closeAll`. */
export type DeviceWindows = {
  deviceId: string;
  deviceClass: DeviceClass;
  /** Windows that end at or before this grid index are closed; it never falls. */
  watermark: number;
  /** Offset of the last record that moved the watermark: whoever reads from there on comes to the same one. */
  headOffset: number;
  latenessSamples: number;
  ring: SampleRing;
  /** Where readings of other rates come through. */
  resampler: Resampler;
  /** Sorted by start. */
  open: OpenWindow[];
  scratch: WindowScratch;
};

/** Buffers that every device of a class may share, since windows are handed over one at a time. */
export type WindowScratch = { samples: Float32Array; marks: Uint8Array; shifts: Float32Array };

export function createWindowScratch({ window: { samples, jitter }, channels }: DeviceClass): WindowScratch {
  return {
    samples: new Float32Array(samples * channels.length),
    marks: new Uint8Array(samples),
    shifts: new Float32Array(jitter === 'linear' ? samples : 0),
  };
}

/** A device without data. Memory: about (window + lateness + hop) samples of every channel. */
export function createDeviceWindows(
  deviceId: string,
  deviceClass: DeviceClass,
  scratch = createWindowScratch(deviceClass),
): DeviceWindows {
  const { window, rateHz, channels } = deviceClass;
  const latenessSamples = Math.ceil((window.latenessMs * rateHz) / 1000);
  const capacity = window.samples + latenessSamples + window.hop;
  const ring = createSampleRing(channels.length, capacity, window.jitter === 'linear');
  const resampler = createResampler(rateHz, channels.length);
  const nothingYet = { watermark: -Infinity, headOffset: Infinity, open: [] };
  return { deviceId, deviceClass, ...nothingYet, latenessSamples, ring, resampler, scratch };
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
  return result;
}

/** Closes every open window as if time had passed; what comes for them afterwards is late. */
export function closeAll(windows: DeviceWindows, onWindow: OnWindow): void {
  endStretch(windows.resampler, (piece) => addSamples(windows, piece, onWindow, { lateSamples: 0, repeatedSamples: 0 }));
  const last = windows.open.at(-1);
  if (last !== undefined) raiseWatermark(windows, last.start + windows.deviceClass.window.samples, onWindow);
}

/** Offset of the first record that an open window, or what waits for one, needs; Infinity when there is none. */
export function firstNeededOffset(windows: DeviceWindows): number {
  let first = waitingOffset(windows.resampler);
  for (const { firstOffset } of windows.open) if (firstOffset < first) first = firstOffset;
  return first;
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
  if (oldest + samples <= windows.watermark) result.lateSamples += count;
  if (newest + samples <= windows.watermark) return;
  advance(windows.ring, index + count);
  result.repeatedSamples += write(windows.ring, index, piece, first, count);
  for (let start = newest; start >= oldest && start + samples > windows.watermark; start -= hop)
    openWindow(windows.open, start, piece.offset);
}

function openWindow(open: OpenWindow[], start: number, offset: number): void {
  let at = open.length;
  while (at > 0 && open[at - 1].start > start) at--;
  if (at > 0 && open[at - 1].start === start) return;
  open.splice(at, 0, { start, firstOffset: offset });
}

function moveHead(windows: DeviceWindows, head: number, offset: number, onWindow: OnWindow): void {
  if (head - windows.latenessSamples > windows.watermark) windows.headOffset = offset;
  raiseWatermark(windows, head - windows.latenessSamples, onWindow);
}

function raiseWatermark(windows: DeviceWindows, watermark: number, onWindow: OnWindow): void {
  if (watermark <= windows.watermark) return;
  windows.watermark = watermark;
  const { samples } = windows.deviceClass.window;
  while (windows.open.length > 0 && windows.open[0].start + samples <= watermark)
    onWindow(closeWindow(windows, windows.open.shift()!.start));
}

function closeWindow(windows: DeviceWindows, start: number): ClosedWindow {
  const { deviceId, deviceClass, ring, scratch } = windows;
  const { window: plan, rateHz, channels } = deviceClass;
  // A window cut short by an early close lies partly beyond the head, where the ring still holds older marks.
  advance(ring, start + plan.samples);
  const present = read(ring, start, plan.samples, scratch);
  const coverage = present / plan.samples;
  const longestGap = present === plan.samples ? 0 : fillGaps(scratch.samples, scratch.marks, channels.length, plan.samples);
  if (plan.jitter === 'linear') alignToGrid(scratch.samples, scratch.marks, scratch.shifts, channels.length, plan.samples);
  const gapMax = plan.onGap === 'discard' ? 0 : plan.maxGapSamples;
  const gappy = coverage < plan.minCoverage || longestGap > gapMax;
  const window: Window = {
    deviceId,
    deviceClass: deviceClass.name,
    startMs: gridMs(start, rateHz),
    endMs: gridMs(start + plan.samples, rateHz),
    samples: scratch.samples,
    coverage,
  };
  return { outcome: gappy ? 'gappy' : longestGap > 0 ? 'interpolated' : 'complete', window };
}

function positiveModulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}
