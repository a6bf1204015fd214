// Float32 vectors as little-endian bytes: ten times faster in Avro than `array<float>`.

/** The vector's bytes, sharing its memory. Assumes a little-endian machine, which every Node platform is. */
export function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** Copies bytes into a vector; a payload may lie unaligned. Throws RangeError unless the length is a multiple of four. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % 4 !== 0) throw new RangeError(`${bytes.byteLength} bytes are not a whole number of float32 values`);
  const values = new Float32Array(bytes.byteLength / 4);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}
