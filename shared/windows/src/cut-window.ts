// Takes one window out of the ring: its samples in a row, gaps by the policy of the class. Does not decide when.
import type { DeviceClass, Window } from '@tocsin/schemas';
import { alignToGrid } from './align-to-grid.ts';
import { fillGaps } from './fill-gaps.ts';
import { gridMs } from './grid.ts';
import { advance, read, type SampleRing } from './sample-ring.ts';

/**
 * What became of a window: ready to score, or too full of holes. `revision` counts the records that came after it had closed and
 * changed it; 0 for the window as it closed.
 */
export type ClosedWindow = { outcome: 'complete' | 'interpolated' | 'gappy'; window: Window; revision: number };

/** Buffers that every device of a class may share, since windows are handed over one at a time. */
export type WindowScratch = { samples: Float32Array; marks: Uint8Array; shifts: Float32Array };

export function createWindowScratch({ window: { samples, jitter }, channels }: DeviceClass): WindowScratch {
  return {
    samples: new Float32Array(samples * channels.length),
    marks: new Uint8Array(samples),
    shifts: new Float32Array(jitter === 'linear' ? samples : 0),
  };
}

/** The window that begins at grid index `start`, in the scratch buffers. */
export function cutWindow(
  {
    deviceId,
    deviceClass,
    ring,
    scratch,
  }: { deviceId: string; deviceClass: DeviceClass; ring: SampleRing; scratch: WindowScratch },
  start: number,
  revision: number,
): ClosedWindow {
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
  return { outcome: gappy ? 'gappy' : longestGap > 0 ? 'interpolated' : 'complete', window, revision };
}
