// What an operator's verdict does to a device's support: windows that were called normal weigh as much as all that the device
// knew, and what was taught can be taken back. Exact, because the support is a sum.
import type { Regimes, Support } from '@tocsin/schemas';
import { addWindow } from './support.ts';

/**
 * Teaches `windows` (raw, `[d]` each) as normal, in place. What the support held fades to at most `shots` windows, and the
 * named windows share a weight of `shots`: the mean moves half-way or more, and the spread grows to hold both sides. A named
 * window that stands alone has u^2 <= 2 + nu/shots in every feature afterwards, however far away it was, and `shots` further
 * windows like it outweigh the past by two to one. Returns the weight of each window.
 */
export function teachAsNormal(support: Support, windows: readonly Float32Array[], shots: number, regimes?: Regimes): number {
  if (windows.length === 0) return 0;
  scale(support, Math.min(1, shots / Math.max(support.count, Number.MIN_VALUE)));
  const weight = shots / windows.length;
  for (const features of windows) addWindow(support, features, weight, regimes);
  support.learned += windows.length;
  return weight;
}

/** Takes a window of this weight out of the sums, in place; `count` does not fall below 0. */
export function unteach(support: Support, features: Float32Array, weight: number, regimes?: Regimes): void {
  const taken = Math.min(weight, support.count);
  addWindow(support, features, -taken, regimes);
}

/** Removes window number `row` from the raw reservoir and, at `weight`, from the sums, in place. Returns its features. */
export function withdraw(support: Support, row: number, weight: number, regimes?: Regimes): Float32Array {
  const d = support.sum.length;
  const features = support.reservoir.slice(row * d, (row + 1) * d);
  unteach(support, features, weight, regimes);
  const reservoir = new Float32Array(support.reservoir.length - d);
  reservoir.set(support.reservoir.subarray(0, row * d));
  reservoir.set(support.reservoir.subarray((row + 1) * d), row * d);
  support.reservoir = reservoir;
  return features;
}

function scale(support: Support, factor: number): void {
  support.count *= factor;
  for (let j = 0; j < support.sum.length; j++) {
    support.sum[j] *= factor;
    support.sumSquares[j] *= factor;
  }
}
