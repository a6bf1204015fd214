// How a value lies in both stores: its order as a big-endian double, then its bytes. Big-endian is what Lua's struct and
// DataView agree on, so that Redis can compare orders without a second key.
import type { OrderedEntry } from './port.ts';

const orderBytes = 8;

/** `order` in front of a copy of `value`. Throws a RangeError on NaN, which no comparison could ever order. */
export function encodeStored(order: number, value: Uint8Array): Buffer {
  if (Number.isNaN(order)) throw new RangeError('order is NaN; expected a number that can be compared, e.g. an event time');
  const stored = Buffer.allocUnsafeSlow(orderBytes + value.length);
  stored.writeDoubleBE(order, 0);
  stored.set(value, orderBytes);
  return stored;
}

/** Order of what `encodeStored` made; -Infinity where something else wrote it, so that any ordered put replaces it. */
export function storedOrder(stored: Uint8Array): number {
  if (stored.length < orderBytes) return -Infinity;
  const order = new DataView(stored.buffer, stored.byteOffset, orderBytes).getFloat64(0);
  return Number.isNaN(order) ? -Infinity : order;
}

/** Is what lies there, of that order, too new to be replaced by the entry? The script that Redis runs says the same. */
export function isInTheWay(there: number, { order, over }: Pick<OrderedEntry, 'order' | 'over'>): boolean {
  return over === undefined ? there >= order : there > over;
}

/**
 * The value as its own memory, so that a cache of values does not keep whole network buffers alive. What is too short to be ours
 * comes back empty: what a value holds is for its reader to check, and one that is broken must not take the others with it.
 */
export function decodeStored(stored: Uint8Array): Uint8Array {
  return new Uint8Array(stored.subarray(orderBytes));
}
