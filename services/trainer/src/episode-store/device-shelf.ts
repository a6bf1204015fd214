// The windows of one device between disk and memory: only the newest chunks are read to add one, everything only where there is
// too much of it. To be used within one transaction.
import type { ScoredWindow } from '@tocsin/schemas';
import { sift } from './sift.ts';
import type { StoreFiles } from './store-files.ts';
import { chunkKey } from './store-keys.ts';
import type { DeviceRecord } from './store-records.ts';
import { chunkBytes, decodeChunk, encodeChunk, windowKey, windowsPerChunk, type StoredWindow } from './stored-window.ts';

/** A window with a p-value under this is suspicious. */
const suspectP = 0.001;

export type Shelf = {
  record: DeviceRecord;
  /** Windows from the `from`-th on; those before are on disk only. */
  from: number;
  windows: StoredWindow[];
  /** The first that is not on disk as it is here; Infinity for none. */
  changedFrom: number;
  chunksOnDisk: number;
};

type Chunks = Pick<StoreFiles, 'chunks'>;

export function newDevice(number: number, specHash: string, d: number): DeviceRecord {
  return { number, specHash, d, windows: 0, seen: 0, stride: 1, lastStartMs: null, lastIsLow: false, heardMs: 0 };
}

/** With the newest chunk, which has the window before the next: that may still change. */
export function openShelf(files: Chunks, record: DeviceRecord): Shelf {
  const perChunk = windowsPerChunk(record.d);
  const chunksOnDisk = Math.ceil(record.windows / perChunk);
  const first = Math.max(0, chunksOnDisk - 1);
  return {
    record,
    from: first * perChunk,
    windows: readChunks(files, record, first, chunksOnDisk),
    changedFrom: Infinity,
    chunksOnDisk,
  };
}

/** Reads what is not in memory yet. */
export function loadAll(files: Chunks, shelf: Shelf): void {
  shelf.windows = [...readChunks(files, shelf.record, 0, shelf.from / windowsPerChunk(shelf.record.d)), ...shelf.windows];
  shelf.from = 0;
}

function readChunks({ chunks }: Chunks, { number, d }: DeviceRecord, from: number, to: number): StoredWindow[] {
  return Array.from({ length: to - from }, (_, i) => chunks.get(chunkKey(number, from + i)) ?? Buffer.alloc(0)).flatMap((bytes) =>
    decodeChunk(bytes, d),
  );
}

/** Adds the next window of the device; false for one that is not newer than the last. */
export function addWindow(shelf: Shelf, scored: ScoredWindow): boolean {
  const { record, windows } = shelf;
  const { windowId, revision, startMs, endMs, features, pValue, score, threshold } = scored;
  if (record.lastStartMs !== null && startMs <= record.lastStartMs) return false;
  const isLow = pValue !== null && pValue < suspectP;
  const previous = windows.at(-1);
  const inRun = isLow && record.lastIsLow && previous !== undefined;
  if (inRun && !previous.inRun) {
    previous.inRun = true;
    shelf.changedFrom = Math.min(shelf.changedFrom, shelf.from + windows.length - 1);
  }
  shelf.changedFrom = Math.min(shelf.changedFrom, shelf.from + windows.length);
  windows.push({
    windowId: windowKey(windowId),
    ...(revision === undefined ? {} : { revision }),
    startMs,
    endMs,
    features,
    at: record.seen,
    inRun,
    isOver: score !== null && threshold !== null && score > threshold,
    isAside: false,
  });
  record.seen += 1;
  record.lastStartMs = startMs;
  record.lastIsLow = isLow;
  return true;
}

/**
 * Puts an amended window in the place of its earlier revision; false where none is kept, or a later one. What was suspicious about it
 * stays.
 */
export function amendWindow(files: Chunks, shelf: Shelf, { windowId, revision = 0, features }: ScoredWindow): boolean {
  const key = windowKey(windowId);
  if (!shelf.windows.some((window) => window.windowId === key)) loadAll(files, shelf);
  const at = shelf.windows.findIndex((window) => window.windowId === key);
  const known = shelf.windows[at];
  if (known === undefined || (known.revision ?? 0) >= revision) return false;
  Object.assign(known, { features, revision });
  shelf.changedFrom = Math.min(shelf.changedFrom, shelf.from + at);
  return true;
}

/** Sifts the windows where there are more than `capacity`; only then `labelled` is asked which of them were judged. */
export function makeFit(files: Chunks, shelf: Shelf, capacity: number, labelled: () => (window: StoredWindow) => boolean): void {
  if (shelf.from + shelf.windows.length <= capacity) return;
  loadAll(files, shelf);
  const before = shelf.windows;
  const { windows, stride } = sift(before, shelf.record.stride, capacity, labelled());
  const changed = before.findIndex((window, i) => window !== windows[i]);
  shelf.windows = windows;
  shelf.record.stride = stride;
  shelf.changedFrom = Math.min(shelf.changedFrom, changed < 0 ? Infinity : changed);
}

/** Writes what has changed; returns how many bytes more (or less) the device takes. */
export function saveShelf({ chunks }: Chunks, shelf: Shelf): number {
  const { record, from, windows, changedFrom, chunksOnDisk } = shelf;
  const { number, d } = record;
  const perChunk = windowsPerChunk(d);
  record.windows = from + windows.length;
  const count = Math.ceil(record.windows / perChunk);
  for (let chunk = Math.floor(Math.min(changedFrom, record.windows) / perChunk); chunk < count; chunk++) {
    const start = chunk * perChunk - from;
    chunks.putSync(chunkKey(number, chunk), encodeChunk(windows.slice(start, start + perChunk), d));
  }
  for (let chunk = count; chunk < chunksOnDisk; chunk++) chunks.removeSync(chunkKey(number, chunk));
  shelf.chunksOnDisk = count;
  shelf.changedFrom = Infinity;
  return (count - chunksOnDisk) * chunkBytes(d);
}
