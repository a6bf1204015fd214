// Windows of one device, in a ring that grows as far as it may and shrinks when the fleet has grown.
import { expect, test } from 'vitest';
import type { ScoredWindow } from '@tocsin/schemas';
import { amendedBit, emptyRing, pushWindow, ringBytesPerWindow, traceOf, windowAt } from './score-ring.ts';

const id = (n: number) => n.toString(16).padStart(24, '0');
const window = (n: number, more: Partial<ScoredWindow> = {}): ScoredWindow => ({
  windowId: id(n),
  deviceId: 'd',
  deviceClass: 'c',
  startMs: n,
  endMs: n + 1,
  specHash: '',
  features: new Float32Array(0),
  score: n,
  pValue: 0.5,
  threshold: 10,
  modelVersion: 2,
  supportWindows: 0,
  coverage: 1,
  flags: [],
  ...more,
});

function filled(count: number, windowsMax: number) {
  const ring = emptyRing();
  for (let n = 0; n < count; n++) pushWindow(ring, window(n), windowsMax);
  return ring;
}
const ends = (ring: ReturnType<typeof emptyRing>) => Array.from({ length: ring.length }, (_, i) => windowAt(ring, i).endMs);

test('the newest are kept, oldest first', () => {
  expect(ends(filled(100, 40))).toEqual(Array.from({ length: 40 }, (_, i) => 61 + i));
  expect(windowAt(filled(3, 40), 2)).toEqual({
    windowId: id(2),
    endMs: 3,
    score: 2,
    threshold: 10,
    pValue: 0.5,
    coverage: 1,
    modelVersion: 2,
    flags: 0,
  });
});

test('a smaller allowance is met with the next window, and loses the oldest', () => {
  const ring = filled(100, 100);
  pushWindow(ring, window(100), 32);
  expect([ring.capacity, ends(ring)[0], ends(ring).at(-1)]).toEqual([32, 70, 101]);
});

test('what has been read before changes nothing; what was amended takes the place of what it amends', () => {
  const ring = filled(5, 40);
  expect(pushWindow(ring, window(2), 40)).toBe('known');
  expect(pushWindow(ring, window(2, { revision: 1, score: 7, flags: ['interpolated'] }), 40)).toBe('replaced');
  expect(windowAt(ring, 2)).toMatchObject({ score: 7, flags: 1 | amendedBit });
  expect(pushWindow(ring, window(-9, { revision: 1 }), 40)).toBe('known');
  expect(ring.length).toBe(5);
});

test('a window without a score is a gap in the trace', () => {
  const ring = filled(2, 40);
  pushWindow(ring, window(2, { score: null, threshold: null, pValue: null }), 40);
  expect(traceOf(ring, 3)).toEqual([-10, -9, null]);
  expect(windowAt(ring, 2)).toMatchObject({ score: null, threshold: null, pValue: null });
});

test('a window takes what is said of it', () => {
  const ring = emptyRing(1000);
  const bytes = [ring.endMs, ring.figures, ring.modelVersion, ring.flags, ring.ids].reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  );
  expect(bytes).toBe(1000 * ringBytesPerWindow);
});
