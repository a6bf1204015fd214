// How a value lies in both stores: its order as a big-endian double, then its bytes. Big-endian is what Lua's struct and
// DataView agree on, so that Redis can compare orders without a second key.
import { StateError } from './state-error.ts';

const orderBytes = 8;

/** `order` in front of a copy of `value`. Throws a RangeError on NaN, which no comparison could ever order. */
export function encodeStored(order: number, value: Uint8Array): Buffer {
  if (Number.isNaN(order)) throw new RangeError('order is NaN; expected a number that can be compared, e.g. an event time');
  const stored = Buffer.allocUnsafeSlow(orderBytes + value.length);
  stored.writeDoubleBE(order, 0);
  stored.set(value, orderBytes);
  return stored;
}

/** Order of what `encodeStored` made. */
export function storedOrder(stored: Uint8Array): number {
  return new DataView(stored.buffer, stored.byteOffset, orderBytes).getFloat64(0);
}

/** The value as its own memory, so that a cache of values does not keep whole network buffers alive. */
export function decodeStored(key: string, stored: Uint8Array): Uint8Array {
  if (stored.length < orderBytes) {
    throw new StateError(
      'refused',
      `key ${key} holds ${stored.length} bytes; expected at least ${orderBytes}: something else wrote it, remove the key or use another store`,
    );
  }
  return new Uint8Array(stored.subarray(orderBytes));
}
