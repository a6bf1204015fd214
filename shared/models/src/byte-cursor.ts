// Reading and writing numbers and texts one after the other, little-endian, unaligned.
import { CodecError } from './codec-error.ts';

const encoder = new TextEncoder();
const keyPattern = /^[0-9a-f]{16}$/;
const decoder = new TextDecoder('utf-8', { fatal: true });

const scratch = new DataView(new ArrayBuffer(4));

/** The value as `bf16s` keeps it: cut to seven bits of fraction. */
export function bfloat16(value: number): number {
  scratch.setFloat32(0, value);
  scratch.setUint16(2, 0);
  return scratch.getFloat32(0);
}

/** Bytes that `text` takes: a u16 length and UTF-8. */
export function textBytes(text: string): number {
  return 2 + encoder.encode(text).length;
}

export type ByteWriter = ReturnType<typeof byteWriter>;

/** Writes into `bytes` from `start` on. Numbers must be finite (`not_finite` otherwise), texts under 64 KiB. */
export function byteWriter(bytes: Uint8Array, start = 0) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  return {
    u8: (value: number) => view.setUint8(at++, value),
    u32(value: number) {
      view.setUint32(at, value, true);
      at += 4;
    },
    f64(value: number, name: string, allowed = Number.NaN) {
      view.setFloat64(at, value === allowed ? value : finite(value, name), true);
      at += 8;
    },
    f64s(values: Float64Array, name: string) {
      for (const value of values) this.f64(value, name);
    },
    f32s(values: Float32Array, name: string) {
      for (const value of values) {
        view.setFloat32(at, finite(value, name), true);
        at += 4;
      }
    },
    /** The upper halves of floats (bfloat16). */
    bf16s(values: Float32Array, name: string) {
      for (const value of values) {
        scratch.setFloat32(0, finite(value, name));
        view.setUint16(at, scratch.getUint16(0), true);
        at += 2;
      }
    },
    /** The first 64 bits of a hash, 16 hex digits; '' for none. */
    key(value: string, name: string) {
      if (value !== '' && !keyPattern.test(value))
        throw new CodecError('malformed', `${name}: '${value}', expected 16 hex digits`);
      view.setBigUint64(at, value === '' ? 0n : BigInt(`0x${value}`));
      at += 8;
    },
    /** Bytes with their number before them, under 64 KiB. */
    block(value: Uint8Array, name: string) {
      if (value.length > 0xffff) throw new CodecError('malformed', `${name}: ${value.length} bytes, expected at most 65535`);
      view.setUint16(at, value.length, true);
      bytes.set(value, at + 2);
      at += 2 + value.length;
    },
    text(value: string, name: string) {
      this.block(encoder.encode(value), name);
    },
  };
}

export type ByteReader = ReturnType<typeof byteReader>;

/** Reads what a `ByteWriter` wrote. Throws CodecError `malformed` past the end or on broken UTF-8. */
export function byteReader(bytes: Uint8Array, start = 0) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  const take = (length: number, name: string): number => {
    if (length > bytes.length - at)
      throw new CodecError('malformed', `${name}: ${length} bytes wanted, ${bytes.length - at} left`);
    at += length;
    return at - length;
  };
  return {
    u8: (name: string) => view.getUint8(take(1, name)),
    u32: (name: string) => view.getUint32(take(4, name), true),
    f64(name: string, allowed = Number.NaN): number {
      const value = view.getFloat64(take(8, name), true);
      return value === allowed ? value : finite(value, name);
    },
    /** A finite number that counts something: `malformed` below 0. */
    atLeastZero(name: string): number {
      const value = this.f64(name);
      if (value < 0) throw new CodecError('malformed', `${name}: ${value}, expected 0 or more`);
      return value;
    },
    f64s(length: number, name: string): Float64Array {
      const from = take(8 * length, name);
      const values = new Float64Array(length);
      for (let i = 0; i < length; i++) values[i] = finite(view.getFloat64(from + 8 * i, true), name);
      return values;
    },
    f32s(length: number, name: string): Float32Array {
      const from = take(4 * length, name);
      const values = new Float32Array(length);
      for (let i = 0; i < length; i++) values[i] = finite(view.getFloat32(from + 4 * i, true), name);
      return values;
    },
    bf16s(length: number, name: string): Float32Array {
      const from = take(2 * length, name);
      const values = new Float32Array(length);
      for (let i = 0; i < length; i++) {
        scratch.setUint32(0, view.getUint16(from + 2 * i, true) << 16);
        values[i] = finite(scratch.getFloat32(0), name);
      }
      return values;
    },
    key(name: string): string {
      const value = view.getBigUint64(take(8, name));
      return value === 0n ? '' : value.toString(16).padStart(16, '0');
    },
    block(name: string): Uint8Array {
      const length = view.getUint16(take(2, name), true);
      return bytes.subarray(take(length, name), at);
    },
    text(name: string): string {
      return decodeText(this.block(name), name);
    },
    bytesLeft: () => bytes.length - at,
  };
}

/** UTF-8 to text; CodecError `malformed` where it is not UTF-8. */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new CodecError('malformed', `${name}: not UTF-8`);
  }
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new CodecError('not_finite', `${name}: ${value}, expected a finite number`);
  return value;
}
