// How large records are on the wire, which are too large, and how to cut a send into requests a broker accepts. Pure.
import type { OutgoingRecord } from './port.ts';
import { TransportError } from './transport-error.ts';

/** A broker takes 1 MiB of records of a partition at a time (message.max.bytes); a record, and a request of ours, stays below. */
export const sendBytesMax = 900_000;

// Lengths, deltas and the attributes of a record, rounded up; Kafka's own need at most 21 bytes.
const recordOverheadBytes = 32;
const headerOverheadBytes = 8;

/** Upper bound of the bytes a record takes in a batch. */
export function recordBytes({ key, value, headers = {} }: OutgoingRecord): number {
  const headerBytes = Object.entries(headers).map(([name, text]) => headerOverheadBytes + bytesOf(name) + bytesOf(text));
  return recordOverheadBytes + bytesOf(key) + bytesOf(value) + headerBytes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Throws `record-too-large` when a record cannot be sent. Every transport has the same bound. */
export function requireSizes(records: readonly OutgoingRecord[]): void {
  const tooLarge = records.find((record) => recordBytes(record) > sendBytesMax);
  if (tooLarge === undefined) return;
  const what = `a record of ${recordBytes(tooLarge)} bytes to topic ${tooLarge.topic}`;
  throw new TransportError('record-too-large', `cannot send ${what}: at most ${sendBytesMax} bytes are taken; split its content`);
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
