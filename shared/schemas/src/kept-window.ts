// The samples of a window that opened an alert, kept for people to look at. Bounded: a device has so many places, and an alert one of them.
import { createHash } from 'node:crypto';

export type KeptWindow = {
  deviceId: string;
  alertId: string;
  windowId: string;
  startMs: number;
  endMs: number;
  rateHz: number;
  channels: readonly string[];
  /** Channel-major `[channel][sample]`, as they went into the features. */
  samples: Float32Array;
};

/** Places of a device: two alerts may meet in one, and then the later one has it. */
export const keptWindowsMax = 4;

/** Where the window of an alert is kept; the same for everybody who asks. */
export function keptWindowKey(deviceId: string, alertId: string): string {
  const place = createHash('sha256').update(alertId).digest()[0] % keptWindowsMax;
  return `tocsin:{${deviceId}}:window:${place}`;
}
