// What a device's own windows teach (METHOD B): exact sufficient statistics, and the first raw windows. Sums are in raw units, or
// under the regimes of the initialisation in use; then they belong to its frame.
import type { Regimes, Support } from '@tocsin/schemas';
import { frameOf, mappedFeature, rawFrame, regimeOf } from './regimes.ts';

export type SupportPlan = {
  /** The first so many windows are kept raw and are learnt without decay. */
  reservoirWindows: number;
  /** Half-life of the sums afterwards, in windows learnt. */
  memoryWindows: number;
  /** Of the initialisation in use. */
  regimes?: Regimes | undefined;
};

/** Half-life of what a device has been taught, in windows. */
export const defaultMemoryWindows = 200;

/** A device that has taught nothing yet, `d` features. */
export function emptySupport(d: number): Support {
  return { count: 0, learned: 0, sum: new Float64Array(d), sumSquares: new Float64Array(d), reservoir: new Float32Array(0) };
}

/** Throws RangeError where there are sums and they are of another frame than these regimes'. */
export function checkFrame({ count, frame = rawFrame }: Support, regimes: Regimes | undefined): void {
  if (count > 0 && frame !== frameOf(regimes))
    throw new RangeError(`support: sums of frame ${frame}, expected ${frameOf(regimes)}; make them anew with reframe`);
}

/**
 * Adds one raw window to `support`, in place. The first `reservoirWindows` are summed as they are (in any order) and kept raw;
 * every later one first fades the sums by .5^(1/memoryWindows), so `count` levels off at about 1.44 memoryWindows. Throws
 * RangeError, before anything is changed, on a wrong length, a feature that is not finite or sums of another frame.
 */
export function learnWindow(support: Support, features: Float32Array, plan: SupportPlan): void {
  const d = support.sum.length;
  if (features.length !== d) throw new RangeError(`features: ${features.length} values, expected ${d} as in the support`);
  const bad = features.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RangeError(`features[${bad}]: ${features[bad]}, expected a finite number; do not learn from this window`);
  const filling = support.learned < plan.reservoirWindows;
  addWindow(support, features, 1, plan.regimes, filling ? 1 : 0.5 ** (1 / plan.memoryWindows));
  support.learned += 1;
  if (!filling) return;
  const reservoir = new Float32Array(support.reservoir.length + d);
  reservoir.set(support.reservoir);
  reservoir.set(features, support.reservoir.length);
  support.reservoir = reservoir;
}

/** Adds `weight` times a raw window to the sums, in place, after they have faded to a share `keep`. */
export function addWindow(support: Support, features: Float32Array, weight: number, regimes?: Regimes, keep = 1): void {
  checkFrame(support, regimes);
  setFrame(support, regimes);
  const row = regimes === undefined ? 0 : regimeOf(regimes, features);
  const { sum, sumSquares } = support;
  for (let j = 0; j < sum.length; j++) {
    const x = regimes === undefined ? features[j] : mappedFeature(regimes, row, features, j);
    sum[j] = keep * sum[j] + weight * x;
    sumSquares[j] = keep * sumSquares[j] + weight * x * x;
  }
  support.count = keep * support.count + weight;
}

/**
 * Makes the sums anew under `regimes`, in place, from what is kept raw: the reservoir, and windows taught besides it with their
 * weights. What was learnt from other windows is lost with the frame that it was summed in. True where there was anything to do.
 */
export function reframe(
  support: Support,
  regimes: Regimes | undefined,
  taught: readonly { features: Float32Array; weight: number }[] = [],
): boolean {
  if ((support.frame ?? rawFrame) === frameOf(regimes)) return false;
  support.count = 0;
  support.sum.fill(0);
  support.sumSquares.fill(0);
  setFrame(support, regimes);
  const d = support.sum.length;
  for (let at = 0; at < support.reservoir.length; at += d) addWindow(support, support.reservoir.subarray(at, at + d), 1, regimes);
  for (const { features, weight } of taught) addWindow(support, features, weight, regimes);
  return true;
}

/** Raw sums say nothing of a frame, so that states without regimes stay as they were. */
function setFrame(support: Support, regimes: Regimes | undefined): void {
  if (regimes !== undefined) support.frame = regimes.frame;
  else if (support.frame !== undefined) delete support.frame;
}
