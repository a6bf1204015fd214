// What a device's own windows teach (METHOD B): exact sufficient statistics in raw units, and the first raw windows.
import type { Support } from '@tocsin/schemas';

export type SupportPlan = {
  /** The first so many windows are kept raw and are learnt without decay. */
  reservoirWindows: number;
  /** Half-life of the sums afterwards, in windows learnt. */
  memoryWindows: number;
};

/** Half-life of what a device has been taught, in windows. */
export const defaultMemoryWindows = 200;

/** A device that has taught nothing yet, `d` features. */
export function emptySupport(d: number): Support {
  return { count: 0, learned: 0, sum: new Float64Array(d), sumSquares: new Float64Array(d), reservoir: new Float32Array(0) };
}

/**
 * Adds one window to `support`, in place. The first `reservoirWindows` are summed as they are (in any order) and kept raw;
 * every later one first fades the sums by .5^(1/memoryWindows), so `count` levels off at about 1.44 memoryWindows. Throws
 * RangeError, before anything is changed, on a wrong length or a feature that is not finite.
 */
export function learnWindow(support: Support, features: Float32Array, plan: SupportPlan): void {
  const d = support.sum.length;
  if (features.length !== d) throw new RangeError(`features: ${features.length} values, expected ${d} as in the support`);
  const bad = features.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RangeError(`features[${bad}]: ${features[bad]}, expected a finite number; do not learn from this window`);
  const filling = support.learned < plan.reservoirWindows;
  const keep = filling ? 1 : 0.5 ** (1 / plan.memoryWindows);
  for (let j = 0; j < d; j++) {
    support.sum[j] = keep * support.sum[j] + features[j];
    support.sumSquares[j] = keep * support.sumSquares[j] + features[j] * features[j];
  }
  support.count = keep * support.count + 1;
  support.learned += 1;
  if (!filling) return;
  const reservoir = new Float32Array(support.reservoir.length + d);
  reservoir.set(support.reservoir);
  reservoir.set(features, support.reservoir.length);
  support.reservoir = reservoir;
}
