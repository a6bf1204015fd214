// The newest windows of one device as bare numbers, oldest first when read: a fleet of tens of thousands has to fit into memory.
import { qualityFlags, type ScoredWindow } from '@tocsin/schemas';

/** Bytes that one window takes. */
export const ringBytesPerWindow = 8 + 4 * 4 + 4 + 2 + idBytes();
const startWindows = 16;
/** Bit after those of the quality flags. */
export const amendedBit = 1 << qualityFlags.length;

export type ScoreRing = {
  capacity: number;
  /** Windows held, and the place of the oldest. */
  length: number;
  first: number;
  endMs: Float64Array;
  /** Score, threshold, p-value, coverage; NaN for none. */
  figures: Float32Array;
  modelVersion: Uint32Array;
  flags: Uint16Array;
  ids: Uint8Array;
};

export type WindowPoint = {
  windowId: string;
  endMs: number;
  score: number | null;
  threshold: number | null;
  pValue: number | null;
  coverage: number;
  modelVersion: number;
  flags: number;
};

export function emptyRing(capacity = startWindows): ScoreRing {
  return {
    capacity,
    length: 0,
    first: 0,
    endMs: new Float64Array(capacity),
    figures: new Float32Array(4 * capacity),
    modelVersion: new Uint32Array(capacity),
    flags: new Uint16Array(capacity),
    ids: new Uint8Array(idBytes() * capacity),
  };
}

/**
 * Adds a window behind the newest, or puts an amended one in the place of what it amends; what is neither has been read before, or
 * is older than everything that is kept. Holds at most `windowsMax`, which may have become less since.
 */
export function pushWindow(ring: ScoreRing, window: ScoredWindow, windowsMax: number): 'added' | 'replaced' | 'known' {
  const newest = ring.length === 0 ? -Infinity : ring.endMs[placeOf(ring, ring.length - 1)];
  if (window.endMs > newest) {
    fit(ring, windowsMax);
    if (ring.length === ring.capacity) ring.first = (ring.first + 1) % ring.capacity;
    else ring.length += 1;
    write(ring, placeOf(ring, ring.length - 1), window);
    return 'added';
  }
  for (let i = ring.length - 1; i >= 0; i--) {
    const place = placeOf(ring, i);
    if (ring.endMs[place] < window.endMs) break;
    if (ring.endMs[place] !== window.endMs || window.revision === undefined) continue;
    write(ring, place, window);
    return 'replaced';
  }
  return 'known';
}

/** The `i`-th window, 0 for the oldest that is held. */
export function windowAt(ring: ScoreRing, i: number): WindowPoint {
  const place = placeOf(ring, i);
  const [score, threshold, pValue, coverage] = ring.figures.subarray(4 * place, 4 * place + 4);
  return {
    windowId: Buffer.from(ring.ids.subarray(place * idBytes(), (place + 1) * idBytes())).toString('hex'),
    endMs: ring.endMs[place],
    score: orNull(score),
    threshold: orNull(threshold),
    pValue: orNull(pValue),
    coverage,
    modelVersion: ring.modelVersion[place],
    flags: ring.flags[place],
  };
}

/** Score less threshold of the newest `count` windows, the newest last, with three digits behind the point. */
export function traceOf(ring: ScoreRing, count: number): (number | null)[] {
  const from = Math.max(0, ring.length - count);
  return Array.from({ length: ring.length - from }, (_, i) => {
    const at = 4 * placeOf(ring, from + i);
    const margin = ring.figures[at] - ring.figures[at + 1];
    return Number.isFinite(margin) ? Math.round(margin * 1000) / 1000 : null;
  });
}

function write(ring: ScoreRing, place: number, window: ScoredWindow): void {
  const { windowId, endMs, score, threshold, pValue, coverage, modelVersion, flags, revision } = window;
  ring.endMs[place] = endMs;
  ring.figures.set([score ?? Number.NaN, threshold ?? Number.NaN, pValue ?? Number.NaN, coverage], 4 * place);
  ring.modelVersion[place] = modelVersion;
  ring.flags[place] = flags.reduce(
    (bits, flag) => bits | (1 << qualityFlags.indexOf(flag)),
    revision === undefined ? 0 : amendedBit,
  );
  const id = Buffer.from(windowId, 'hex');
  ring.ids.fill(0, place * idBytes(), (place + 1) * idBytes());
  if (id.length === idBytes()) ring.ids.set(id, place * idBytes());
}

/** Forgets the oldest windows where fewer are allowed than there is room for. */
export function shrinkRing(ring: ScoreRing, windowsMax: number): void {
  const allowed = Math.max(startWindows, windowsMax);
  if (ring.capacity > allowed) resize(ring, allowed);
}

/** Makes room for one more window: twice as much while that is allowed; less where the allowance has shrunk. */
function fit(ring: ScoreRing, windowsMax: number): void {
  const isFull = ring.length === ring.capacity && ring.capacity < windowsMax;
  if (isFull) resize(ring, Math.min(windowsMax, 2 * ring.capacity));
  else shrinkRing(ring, windowsMax);
}

function resize(ring: ScoreRing, capacity: number): void {
  const next = emptyRing(capacity);
  const from = Math.max(0, ring.length - next.capacity);
  for (let i = from; i < ring.length; i++) copy(ring, placeOf(ring, i), next, i - from);
  Object.assign(ring, next, { length: ring.length - from, first: 0 });
}

function copy(source: ScoreRing, from: number, target: ScoreRing, to: number): void {
  target.endMs[to] = source.endMs[from];
  target.figures.set(source.figures.subarray(4 * from, 4 * from + 4), 4 * to);
  target.modelVersion[to] = source.modelVersion[from];
  target.flags[to] = source.flags[from];
  target.ids.set(source.ids.subarray(from * idBytes(), (from + 1) * idBytes()), to * idBytes());
}

function placeOf({ first, capacity }: ScoreRing, i: number): number {
  return (first + i) % capacity;
}

/** A window id is 24 hex digits; any other is kept as zeros. */
function idBytes(): number {
  return 12;
}

function orNull(value: number): number | null {
  // Beyond what single precision can hold it is no figure of anything, either.
  return Number.isFinite(value) ? value : null;
}
