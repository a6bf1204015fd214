// Which of two states of a device is the newer one: the one whose claim has passed more often, then the one with the later frontier, then
// the one with the higher revision.
import type { DeviceState } from '@tocsin/schemas';

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** A little over 278 years. */
const spanMs = 2 ** 43;

/**
 * One number for all: the `revision`-th double above `frontierMs`. Today's epoch milliseconds are 2^-12 ms apart, and windows
 * of a device at least a sample, so revisions never reach the next frontier. Also above -Infinity, a device without windows.
 * Once a claim has passed, its frontiers lie between two powers of two of their own, 2^-9 ms apart, far above all moments.
 */
export function stateOrder({ frontierMs, revision, claim }: Pick<DeviceState, 'frontierMs' | 'revision' | 'claim'>): number {
  const moves = claim?.moves ?? 0;
  float[0] = moves === 0 ? frontierMs : 2 ** (63 + moves) * (1 + Math.max(0, frontierMs) / spanMs);
  bits[0] += float[0] < 0 ? -BigInt(revision) : BigInt(revision);
  return float[0];
}
