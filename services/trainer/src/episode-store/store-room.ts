// How much of the store's room a device may take: less, the more devices there are. Pure.
import { deviceBytes, type Totals } from './store-records.ts';
import { chunkBytes, windowsPerChunk } from './stored-window.ts';

export type StoreLimits = {
  /** Of all files together, about. */
  maxBytes: number;
  /** Of one device, while there is room. */
  windowsPerDevice: number;
};

/** LMDB needs free pages to write a transaction beside what it replaces, and its pages are not full. */
const usableShare = 0.85;
/** Fewer windows teach nothing: a device that could not have them is not taken in. */
export const windowsLeast = 24;

/** Windows of `d` features that each of so many devices may keep, in whole chunks; 0 where there is no room for so many devices. */
export function capacityFor(d: number, devices: number, { maxBytes, windowsPerDevice }: StoreLimits): number {
  const perChunk = windowsPerChunk(d);
  const share = (usableShare * maxBytes) / Math.max(1, devices) - deviceBytes;
  const most = Math.ceil(Math.max(windowsLeast, windowsPerDevice) / perChunk);
  const capacity = perChunk * Math.min(most, Math.floor(share / chunkBytes(d)));
  return capacity < windowsLeast ? 0 : capacity;
}

/**
 * When the windows of a device are sifted: a little earlier for some than for others. Devices that began together would else all be written
 * anew at once, and the file grow by as much.
 */
export function siftedFrom(capacity: number, device: number, d: number): number {
  return Math.max(windowsLeast, capacity - (device % windowsPerChunk(d)));
}

/** Does everything take more than it may? Then devices that nothing is heard of have to give way, too. */
export function isOverfull({ bytes }: Totals, { maxBytes }: StoreLimits): boolean {
  return bytes > usableShare * maxBytes;
}
