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
