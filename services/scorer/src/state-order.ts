// Which of two states of a device is the newer one: the one with the later frontier, then the one with the higher revision.
import type { DeviceState } from '@tocsin/schemas';

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/**
 * One number for both: the `revision`-th double above `frontierMs`. Today's epoch milliseconds are 2^-12 ms apart, and windows
 * of a device at least a sample, so revisions never reach the next frontier. Also above -Infinity, a device without windows.
 */
export function stateOrder({ frontierMs, revision }: Pick<DeviceState, 'frontierMs' | 'revision'>): number {
  float[0] = frontierMs;
  bits[0] += float[0] < 0 ? -BigInt(revision) : BigInt(revision);
  return float[0];
}
