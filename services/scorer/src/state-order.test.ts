import { claimMovesMax } from '@tocsin/schemas';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stateOrder } from './state-order.ts';

const order = (frontierMs: number, revision: number) => stateOrder({ frontierMs, revision });

test('a label is newer than the window before it and older than the window after it, at a million samples a second', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e12, max: 2e12, noNaN: true }), (frontierMs) => {
      expect(order(frontierMs, 0)).toBe(frontierMs);
      expect(order(frontierMs, 1)).toBeGreaterThan(frontierMs);
      expect(order(frontierMs, 2)).toBeGreaterThan(order(frontierMs, 1));
      expect(order(frontierMs, 2)).toBeLessThan(frontierMs + 0.001);
    }),
    { seed: 1 },
  );
});

test('also before the first window', () => {
  expect(order(-Infinity, 0)).toBe(-Infinity);
  expect(order(-Infinity, 1)).toBeGreaterThan(-Infinity);
  expect(order(-Infinity, 1)).toBeLessThan(0);
});

//   moves 0 ---|w|w|w|---------- moves 1 ---|w|w|--- moves 900 ---|w|---
test('whoever has taken the claim is newer than whoever had it, however far either has been', () => {
  const moved = (moves: number, frontierMs: number, revision = 0) =>
    stateOrder({ frontierMs, revision, claim: { place: 't:0', fromOffset: 0, seenMs: 0, moves } });
  const nowMs = 1.8e12;
  const rising = [
    moved(0, 8e15),
    moved(1, -Infinity, 1),
    moved(1, nowMs),
    moved(1, nowMs, 1),
    moved(1, nowMs + 0.05),
    moved(1, nowMs + 1e9, 7),
    moved(2, -Infinity, 1),
    moved(claimMovesMax, nowMs),
    moved(claimMovesMax, nowMs + 1),
    Number.MAX_VALUE,
  ];
  expect(rising).toEqual([...new Set(rising)].toSorted((a, b) => a - b));
  expect(moved(0, nowMs)).toBe(order(nowMs, 0));
});
