// The bytes of consecutive records of one partition: how the embedded log keeps them. Pure.
//
//   block  = version u8 (1) | records u32 | record*
//   record = bytes after this field u32 | timestampMs f64 | key | value | headers u16 | (name | value)*
//   a byte string is its length as i32 (-1: null) and its bytes; numbers are little-endian
import type { LogRecord } from '../port.ts';

export type BlockRecord = Pick<LogRecord, 'timestampMs' | 'key' | 'value' | 'headers'>;

const version = 1;
const blockHeaderBytes = 5;

/** Packs the records. */
export function encodeBlock(records: readonly BlockRecord[]): Buffer {
  const sizes = records.map(recordSize);
  const block = Buffer.allocUnsafe(blockHeaderBytes + sizes.reduce((sum, size) => sum + 4 + size, 0));
  block.writeUInt8(version, 0);
  block.writeUInt32LE(records.length, 1);
  let at = blockHeaderBytes;
  for (const [index, { timestampMs, key, value, headers }] of records.entries()) {
    at = block.writeUInt32LE(sizes[index], at);
    at = block.writeDoubleLE(timestampMs, at);
    at = writeBytes(block, key, at);
    at = writeBytes(block, value, at);
    const entries = Object.entries(headers);
    at = block.writeUInt16LE(entries.length, at);
    for (const [name, content] of entries) {
      at = writeBytes(block, Buffer.from(name), at);
      at = writeBytes(block, content, at);
    }
  }
  return block;
}

/** How many records a block holds. Throws on a block of another version. */
export function countInBlock(block: Buffer): number {
  if (block.readUInt8(0) !== version)
    throw new Error(`a block of the embedded log has version ${block.readUInt8(0)}, expected ${version}`);
  return block.readUInt32LE(1);
}

/** The records from index `skip` on, at most `limit`. Keys and values are views of the block's memory. */
export function decodeBlock(block: Buffer, skip: number, limit: number): BlockRecord[] {
  const end = Math.min(countInBlock(block), skip + limit);
  const records: BlockRecord[] = [];
  let at = blockHeaderBytes;
  for (let index = 0; index < end; index += 1) {
    const size = block.readUInt32LE(at);
    at += 4;
    if (index >= skip) records.push(decodeRecord(block, at));
    at += size;
  }
  return records;
}

function decodeRecord(block: Buffer, start: number): BlockRecord {
  let at = start + 8;
  const next = (): Buffer | null => {
    const length = block.readInt32LE(at);
    at += 4 + Math.max(length, 0);
    return length < 0 ? null : block.subarray(at - length, at);
  };
  const key = next();
  const value = next();
  const headerCount = block.readUInt16LE(at);
  at += 2;
  const headers: Record<string, Uint8Array> = {};
  for (let header = 0; header < headerCount; header += 1) {
    const name = next()?.toString() ?? '';
    headers[name] = next() ?? Buffer.alloc(0);
  }
  return { timestampMs: block.readDoubleLE(start), key, value, headers };
}

function recordSize({ key, value, headers }: BlockRecord): number {
  const headerSizes = Object.entries(headers).map(([name, content]) => 8 + Buffer.byteLength(name) + content.length);
  return 8 + 4 + (key?.length ?? 0) + 4 + (value?.length ?? 0) + 2 + headerSizes.reduce((sum, size) => sum + size, 0);
}

function writeBytes(block: Buffer, bytes: Uint8Array | null, at: number): number {
  if (bytes === null) return block.writeInt32LE(-1, at);
  const start = block.writeInt32LE(bytes.length, at);
  block.set(bytes, start);
  return start + bytes.length;
}
