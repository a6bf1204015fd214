// A window as the episode store keeps it, and chunks of them as they lie on disk: so many windows as fit one page of LMDB, all of
// the same size, behind a checksum. Knows nothing of devices or of what is worth keeping.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeptWindow } from '../episodes/teaching-device.ts';
import { StoreBroken } from './store-errors.ts';

export type StoredWindow = KeptWindow & {
  /** The how-many-th window of its device it was, from 0. */
  at: number;
  /** Was it over the threshold of its time? */
  isOver: boolean;
  /** Kept only in case somebody says what it was. */
  isAside: boolean;
};

/**
 * A value of more than half a page gets pages of its own, behind a header of 16 bytes. So a chunk takes exactly one page, and no page
 * has to be looked for that lies next to another.
 */
const pageBytes = 4096;
const pageHeadBytes = 16;
const chunkBytesMax = pageBytes - pageHeadBytes;
const checkBytes = 4;
const idBytes = 12;
/** id | start f64 | end f64 | at u32 | revision u16 | flags u8 */
const headBytes = idBytes + 8 + 8 + 4 + 2 + 1;
const flags = { inRun: 1, isOver: 2, isAside: 4, isAmended: 8 };
const revisionMax = 0xffff;

export function windowBytes(d: number): number {
  return headBytes + 4 * d;
}

/** Windows of `d` features that go into a chunk; one at least, which then takes several pages. */
export function windowsPerChunk(d: number): number {
  return Math.max(1, Math.floor((chunkBytesMax - checkBytes) / windowBytes(d)));
}

/** What a chunk takes on disk, with its place in the tree. */
export function chunkBytes(d: number): number {
  return pageBytes * Math.ceil((pageHeadBytes + checkBytes + windowsPerChunk(d) * windowBytes(d)) / pageBytes) + 60;
}

/** Twelve bytes, hex, that stand for the id of a window: itself where it is of that form, as ours are, else a hash of it. */
export function windowKey(windowId: string): string {
  if (/^[0-9a-f]{24}$/.test(windowId)) return windowId;
  return createHash('sha256')
    .update(windowId)
    .digest('hex')
    .slice(0, 2 * idBytes);
}

/** Bytes of windows that have `d` features each; their ids are keys (`windowKey`). Revisions stop at 65535. */
export function encodeChunk(windows: readonly StoredWindow[], d: number): Buffer {
  const bytes = Buffer.allocUnsafe(checkBytes + windows.length * windowBytes(d));
  let offset = checkBytes;
  for (const { windowId, startMs, endMs, at, revision, inRun, isOver, isAside, features } of windows) {
    bytes.write(windowId, offset, idBytes, 'hex');
    bytes.writeDoubleLE(startMs, offset + 12);
    bytes.writeDoubleLE(endMs, offset + 20);
    bytes.writeUInt32LE(at, offset + 28);
    bytes.writeUInt16LE(Math.min(revision ?? 0, revisionMax), offset + 32);
    const set = (inRun ? flags.inRun : 0) | (isOver ? flags.isOver : 0) | (isAside ? flags.isAside : 0);
    bytes.writeUInt8(set | (revision === undefined ? 0 : flags.isAmended), offset + 34);
    Buffer.from(features.buffer, features.byteOffset, 4 * d).copy(bytes, offset + headBytes);
    offset += windowBytes(d);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(checkBytes)), 0);
  return bytes;
}

/** Inverse of `encodeChunk`. Throws `StoreBroken` where the bytes are not what was written. */
export function decodeChunk(bytes: Buffer, d: number): StoredWindow[] {
  const count = (bytes.length - checkBytes) / windowBytes(d);
  if (!Number.isInteger(count) || bytes.readUInt32LE(0) !== crc32(bytes.subarray(checkBytes)))
    throw new StoreBroken(`a chunk of ${bytes.length} bytes is not what was written`);
  // One array for all of them: many small ones cost more than everything else here.
  const all = new Float32Array(count * d);
  const target = new Uint8Array(all.buffer);
  return Array.from({ length: count }, (_, i) => {
    const offset = checkBytes + i * windowBytes(d);
    const set = bytes.readUInt8(offset + 34);
    bytes.copy(target, i * 4 * d, offset + headBytes, offset + headBytes + 4 * d);
    const window: StoredWindow = {
      windowId: bytes.toString('hex', offset, offset + idBytes),
      startMs: bytes.readDoubleLE(offset + 12),
      endMs: bytes.readDoubleLE(offset + 20),
      at: bytes.readUInt32LE(offset + 28),
      inRun: (set & flags.inRun) !== 0,
      isOver: (set & flags.isOver) !== 0,
      isAside: (set & flags.isAside) !== 0,
      features: all.subarray(i * d, (i + 1) * d),
    };
    if ((set & flags.isAmended) !== 0) window.revision = bytes.readUInt16LE(offset + 32);
    return window;
  });
}
