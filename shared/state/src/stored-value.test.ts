import { expect, test } from 'vitest';
import { decodeStored, encodeStored, storedOrder } from './stored-value.ts';

test('eight bytes of big-endian order, then the value', () => {
  expect([...encodeStored(1, Uint8Array.of(7, 0, 9))]).toEqual([0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 7, 0, 9]);
});

test('every order comes back exactly', () => {
  for (const order of [0, -1.5, 1_785_000_000_000.123, Number.MAX_VALUE, -Infinity, Infinity]) {
    expect(storedOrder(encodeStored(order, new Uint8Array(0)))).toBe(order);
  }
});

test('an order that cannot be compared is a mistake of the program', () => {
  expect(() => encodeStored(Number.NaN, new Uint8Array(1))).toThrow(RangeError);
});

test('a decoded value owns its memory', () => {
  const stored = encodeStored(1, Uint8Array.of(1, 2));
  const value = decodeStored(stored);
  stored.fill(9);
  expect([...value]).toEqual([1, 2]);
  expect(value.buffer.byteLength).toBe(2);
});

test('what somebody else wrote is an empty value that anything replaces', () => {
  expect([...decodeStored(Uint8Array.of(1))]).toEqual([]);
  expect(storedOrder(Uint8Array.of(1))).toBe(-Infinity);
  expect(storedOrder(Uint8Array.of(0x7f, 0xf8, 0, 0, 0, 0, 0, 0, 1))).toBe(-Infinity);
});
