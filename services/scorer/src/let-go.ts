// What a device that has been silent for long is no longer held for.
import { noAmendments } from '@tocsin/schemas';
import { createDeviceWindows, gridMs, sealWindows } from '@tocsin/windows';
import { noteAmendments } from './amend.ts';
import type { TrackedDevice } from './partition.ts';

/** After `idleMs` and the time to amend, in log time, what the device may send late changes nothing any more. */
export function letGo(device: TrackedDevice, silenceMs: number): void {
  const { idleMs, window } = device.deviceClass;
  const { amendMs = 0 } = window;
  if (silenceMs <= idleMs + amendMs) return;
  if (amendMs > 0) seal(device);
  beginAnew(device);
}

/** Windows that were sealed stay so, for whoever meets the device anew. */
export function sealAsStored({ windows, state }: TrackedDevice): void {
  sealWindows(windows, (state.amendments ?? noAmendments).sealedMs);
}

/** Written down, since whoever meets the device again may not meet the records of these windows. */
function seal(device: TrackedDevice): void {
  const { windows, deviceClass, state } = device;
  const sealedMs = gridMs(windows.watermark, deviceClass.rateHz);
  if (sealedMs > (state.amendments ?? noAmendments).sealedMs) noteAmendments(device, { sealedMs });
}

/** Whoever takes over may never have met what moved the watermark; where the device goes on is where it is, for everybody. */
function beginAnew(device: TrackedDevice): void {
  const { deviceId, watermark, headOffset, scratch } = device.windows;
  if (watermark === -Infinity) return;
  device.closedWatermark = watermark;
  device.windows = { ...createDeviceWindows(deviceId, device.deviceClass, scratch), headOffset };
  sealAsStored(device);
}
