// Keys in the tables of the episode store.

/** The one entry of tables that have only one. */
export const only = '-';
const chunksPerDeviceMax = 1024;

/** Chunks of a device lie side by side. */
export function chunkKey(device: number, chunk: number): number {
  return device * chunksPerDeviceMax + chunk;
}
