// The windows of one device that the trainer remembers: a bounded number, in time order, spread over all that it has seen.
import type { ScoredWindow } from '@tocsin/schemas';
import type { KeptWindow } from '../episodes/teaching-device.ts';

export type DeviceWindows = {
  kept: KeptWindow[];
  /** The newest windows over the threshold: few, and worth having when an operator says what they were. */
  suspicious: KeptWindow[];
  /** Of the windows after the first `bounds.whole`, one in `stride` is kept. */
  stride: number;
  seen: number;
  /** The window before, and whether it was suspicious. */
  last: { window: KeptWindow; isLow: boolean } | null;
};

export type WindowBounds = {
  /** The first windows are kept as they are, so that episodes start as devices do: with windows in a row. */
  whole: number;
  /** Windows kept in all; when full, every second one after the first `whole` goes. */
  kept: number;
  suspicious: number;
  /** A window with a p-value under this is suspicious. */
  suspectP: number;
};

export function noWindows(): DeviceWindows {
  return { kept: [], suspicious: [], stride: 1, seen: 0, last: null };
}

/** Takes the next window of a device, in place; false for one that is not newer than the last (a repetition). */
export function takeWindow(device: DeviceWindows, scored: ScoredWindow, bounds: WindowBounds): boolean {
  const { windowId, revision, startMs, endMs, features, pValue, score, threshold } = scored;
  if (device.last !== null && startMs <= device.last.window.startMs) return false;
  const amended = revision === undefined ? {} : { revision };
  const window: KeptWindow = { windowId, ...amended, startMs, endMs, features, inRun: false };
  const isLow = pValue !== null && pValue < bounds.suspectP;
  if (isLow && device.last?.isLow === true) {
    window.inRun = true;
    device.last.window.inRun = true;
  }
  device.last = { window, isLow };
  if (score !== null && threshold !== null && score > threshold) {
    device.suspicious.push(window);
    if (device.suspicious.length > bounds.suspicious) device.suspicious.shift();
  }
  const late = device.seen - bounds.whole;
  device.seen += 1;
  if (late < 0 || late % device.stride === 0) device.kept.push(window);
  if (device.kept.length > bounds.kept) thin(device, bounds.whole);
  return true;
}

/**
 * Puts an amended window in the place of its earlier revision, in place; false where none is kept, or a later one. What was
 * suspicious about it stays.
 */
export function amendWindow({ kept, suspicious }: DeviceWindows, { windowId, revision = 0, features }: ScoredWindow): boolean {
  const windows = new Set([...kept, ...suspicious].filter((window) => window.windowId === windowId));
  for (const window of windows) if ((window.revision ?? 0) < revision) Object.assign(window, { features, revision });
  return [...windows].some((window) => window.features === features);
}

function thin(device: DeviceWindows, whole: number): void {
  device.kept = device.kept.filter((_, at) => at < whole || (at - whole) % 2 === 0);
  device.stride *= 2;
}
