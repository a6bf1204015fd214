// How large records are on the wire, and how to cut a send into requests the broker accepts. Pure.
import type { OutgoingRecord } from '../port.ts';

// Lengths, deltas and the attributes of a record, rounded up; Kafka's own need at most 21 bytes.
const recordOverheadBytes = 32;
const headerOverheadBytes = 8;

/** Upper bound of the bytes a record takes in a batch. */
export function recordBytes({ key, value, headers = {} }: OutgoingRecord): number {
  const headerBytes = Object.entries(headers).map(([name, text]) => headerOverheadBytes + bytesOf(name) + bytesOf(text));
  return recordOverheadBytes + bytesOf(key) + bytesOf(value) + headerBytes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Consecutive chunks, in order, none above `bytesMax` unless it is a single record. */
export function inChunks(records: readonly OutgoingRecord[], bytesMax: number): OutgoingRecord[][] {
  const chunks: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = recordBytes(record);
    if (chunks.length === 0 || bytes > room) {
      chunks.push([]);
      room = bytesMax;
    }
    chunks[chunks.length - 1].push(record);
    room -= bytes;
  }
  return chunks;
}

function bytesOf(content: Uint8Array | string | null): number {
  return content === null ? 0 : Buffer.byteLength(content);
}
