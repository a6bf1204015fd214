// Cuts the readings of one device into epoch-aligned hopping event-time windows. What a window holds, and at which
// offset it closes, is a pure function of the readings and their order, so a replay of the log cuts the same windows.
import type { DeviceClass, Reading, Window } from '@tocsin/schemas';
import { fillGaps } from './fill-gaps.ts';
import { firstWindowStart, gridIndex, gridMs, lastWindowStart } from './grid.ts';
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
  /** Sorted by start. */
  open: OpenWindow[];
  scratch: WindowScratch;
};

/** Buffers that every device of a class may share, since windows are handed over one at a time. */
export type WindowScratch = { samples: Float32Array; marks: Uint8Array };

export function createWindowScratch(deviceClass: DeviceClass): WindowScratch {
  const { samples } = deviceClass.window;
  return { samples: new Float32Array(samples * deviceClass.channels.length), marks: new Uint8Array(samples) };
}

/** A device without data. Memory: about (window + lateness + hop) samples of every channel. */
export function createDeviceWindows(
  deviceId: string,
  deviceClass: DeviceClass,
  scratch = createWindowScratch(deviceClass),
): DeviceWindows {
  const { samples, hop, latenessMs } = deviceClass.window;
  const latenessSamples = Math.ceil((latenessMs * deviceClass.rateHz) / 1000);
  const capacity = samples + latenessSamples + hop;
  const ring = createSampleRing(deviceClass.channels.length, capacity);
  return { deviceId, deviceClass, watermark: -Infinity, headOffset: Infinity, latenessSamples, ring, open: [], scratch };
}

/**
 * Adds a reading that lies at `offset` in the log and closes the windows that it completes. Long readings are taken in
 * slices of one hop: no window that ends before a slice's watermark can hold samples of a later slice.
 */
export function addReading(windows: DeviceWindows, reading: Reading, offset: number, onWindow: OnWindow): AddResult {
  const { rateHz, window, channels } = windows.deviceClass;
  const total = reading.samples.length / channels.length;
  const start = gridIndex(reading.startMs, rateHz);
  const result: AddResult = { lateSamples: 0, repeatedSamples: 0 };
  for (let done = 0; done < total;) {
    const index = start + done;
    const count = Math.min(total - done, window.hop - positiveModulo(index, window.hop));
    moveHead(windows, index, offset, onWindow);
    addSlice(windows, reading, index, done, count, offset, result);
    moveHead(windows, index + count, offset, onWindow);
    done += count;
  }
  return result;
}

/** Closes every open window as if time had passed; what comes for them afterwards is late. */
export function closeAll(windows: DeviceWindows, onWindow: OnWindow): void {
  const last = windows.open.at(-1);
  if (last !== undefined) raiseWatermark(windows, last.start + windows.deviceClass.window.samples, onWindow);
}

/** Offset of the first record that an open window needs; Infinity when none is open. */
export function firstNeededOffset(windows: DeviceWindows): number {
  let first = Infinity;
  for (const { firstOffset } of windows.open) if (firstOffset < first) first = firstOffset;
  return first;
}

/** One slice lies within one hop, so all of its samples belong to the same windows. */
function addSlice(
  windows: DeviceWindows,
  reading: Reading,
  index: number,
  first: number,
  count: number,
  offset: number,
  result: AddResult,
): void {
  const { samples, hop } = windows.deviceClass.window;
  const oldest = firstWindowStart(index, samples, hop);
  const newest = lastWindowStart(index, hop);
  if (oldest + samples <= windows.watermark) result.lateSamples += count;
  if (newest + samples <= windows.watermark) return;
  advance(windows.ring, index + count);
  result.repeatedSamples += write(windows.ring, index, reading.samples, first, count);
  for (let start = newest; start >= oldest && start + samples > windows.watermark; start -= hop)
    openWindow(windows.open, start, offset);
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
  const present = read(ring, start, plan.samples, scratch.samples, scratch.marks);
  const coverage = present / plan.samples;
  const longestGap = present === plan.samples ? 0 : fillGaps(scratch.samples, scratch.marks, channels.length, plan.samples);
  const gappy = coverage < plan.minCoverage || longestGap > plan.maxGapSamples;
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
