import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { hasMoved, sharesOf, sift } from './sift.ts';
import type { StoredWindow } from './stored-window.ts';

const window = (at: number, rest: Partial<StoredWindow> = {}): StoredWindow => ({
  windowId: `${at}`,
  startMs: at,
  endMs: at + 1,
  at,
  features: Float32Array.of(0),
  inRun: false,
  isOver: false,
  isAside: false,
  ...rest,
});
const nobody = () => false;

/** A device's windows after `count` have come one by one, sifted whenever there were more than `capacity`. */
function lived(
  count: number,
  capacity: number,
  of: (at: number) => StoredWindow = window,
  isLabelled: (window: StoredWindow) => boolean = nobody,
): StoredWindow[] {
  let kept: StoredWindow[] = [];
  let stride = 1;
  for (let at = 0; at < count; at++) {
    kept.push(of(at));
    if (kept.length > capacity) ({ windows: kept, stride } = sift(kept, stride, capacity, isLabelled));
  }
  return kept;
}
const numbers = (windows: readonly StoredWindow[]) => windows.map(({ at }) => at);

describe('what stays of a long life', () => {
  test('are the first in a row, the newest in a row, and some from all that lies between', () => {
    // capacity 32: 8 first, 8 newest at least, up to 8 of the rest, 4 aside
    const kept = numbers(lived(1000, 32));
    expect(kept.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(kept.slice(-8)).toEqual([992, 993, 994, 995, 996, 997, 998, 999]);
    const between = kept.filter((at) => at >= 8 && at < 968);
    const gaps = between.slice(1).map((at, i) => at - between[i]);
    expect(between.length).toBeGreaterThan(4);
    expect(Math.max(...gaps)).toBeLessThan(2.1 * Math.min(...gaps));
  });

  test('is never too much, in order, and nothing twice, whatever is over the threshold, labelled, or far away', () => {
    const choices = fc.record({
      capacity: fc.integer({ min: 24, max: 120 }),
      count: fc.integer({ min: 0, max: 600 }),
      seed: fc.integer(),
      share: fc.constantFrom(0, 0.1, 0.9, 1),
      jumpAt: fc.integer({ min: 0, max: 600 }),
    });
    fc.assert(
      fc.property(choices, ({ capacity, count, seed, share, jumpAt }) => {
        const random = seededRandom(seed);
        const marked = Array.from({ length: count }, () => random() < share);
        const of = (at: number) =>
          window(at, { isOver: marked[at], features: Float32Array.of((at >= jumpAt ? 9 : 0) + normal(random)) });
        const kept = lived(count, capacity, of, ({ at }) => at % 7 === 0);
        expect(kept.length).toBeLessThanOrEqual(capacity);
        expect(numbers(kept)).toEqual([...new Set(numbers(kept))].sort((one, other) => one - other));
        const { first, recent } = sharesOf(capacity);
        expect(numbers(kept).slice(0, Math.min(first, count))).toEqual(numbers(lived(Math.min(first, count), capacity)));
        expect(numbers(kept).slice(-Math.min(recent, count))[0]).toBe(Math.max(0, count - recent));
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test('are windows over the threshold for a while, and labelled ones for longer', () => {
    const of = (at: number) => window(at, { isOver: at % 10 === 3 });
    const aside = (kept: readonly StoredWindow[]) => numbers(kept.filter(({ isAside }) => isAside));
    expect(Math.min(...aside(lived(2000, 32, of)))).toBeGreaterThan(1900);
    const labelled = [103, 203];
    expect(aside(lived(2000, 32, of, ({ at }) => labelled.includes(at)))).toEqual(expect.arrayContaining(labelled));
  });
});

describe('a device that has moved', () => {
  const random = seededRandom(3);
  const moving = (jumpAt: number) => (at: number) =>
    window(at, { features: Float32Array.from({ length: 6 }, () => (at >= jumpAt ? 4 : 0) + normal(random)) });
  const steady = moving(Infinity);

  test('is one whose newest windows are elsewhere on the mean', () => {
    expect(hasMoved(lived(200, 1000, steady))).toBe(false);
    expect(hasMoved(lived(200, 1000, moving(100)))).toBe(true);
    expect(hasMoved(lived(10, 1000, moving(5)))).toBe(false);
  });

  test('is not one with faults, which are over the threshold', () => {
    const faulty = (at: number) => ({ ...moving(150)(at), isOver: at >= 150 });
    expect(hasMoved(lived(200, 1000, faulty))).toBe(false);
  });

  // windows   0..15 | .  .  .  .  .  .  .  .  .  .  . | newest     steady
  //           0..15 |      .      .   . .............. | newest     moved at 800
  test('keeps more of the time since, and less of the time before', () => {
    const between = (windows: readonly StoredWindow[]) => numbers(windows).filter((at) => at >= 16 && at < 1350);
    const [moved, stayed] = [moving(800), steady].map((of) => between(lived(1400, 64, of)));
    const since = (ats: readonly number[]) => ats.filter((at) => at >= 800).length;
    expect(since(moved)).toBeGreaterThan(1.5 * since(stayed));
    expect(moved.length - since(moved)).toBeLessThan(stayed.length - since(stayed));
    expect(moved[0]).toBeLessThan(400);
  });
});
