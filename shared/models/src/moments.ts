// Blocks of windows as their moments: gathered one by one, learnt by a support all at once, and what a support can go back to. In
// single precision, as they are stored: a device that was read again goes on to the last bit as if it had never been away.
import type { Moments, Reference, Regimes, Support } from '@tocsin/schemas';
import { bfloat16 } from './byte-cursor.ts';
import type { DeviceModel } from './device-model.ts';
import { addWindow, checkFrame } from './support.ts';
import { mappedFeature, regimeOf } from './regimes.ts';

/** Of no windows, `d` features. */
export function emptyMoments(d: number): Moments {
  return { count: 0, mean: new Float32Array(d), scatter: new Float32Array(d) };
}

/** The moments with one more raw window, through `regimes` where there are any (Welford, Technometrics 4, 1962). */
export function withWindow({ count: before, mean, scatter }: Moments, features: Float32Array, regimes?: Regimes): Moments {
  const count = before + 1;
  const row = regimes === undefined ? 0 : regimeOf(regimes, features);
  const next = { count, mean: new Float32Array(mean.length), scatter: new Float32Array(mean.length) };
  for (let j = 0; j < mean.length; j++) {
    const x = regimes === undefined ? features[j] : mappedFeature(regimes, row, features, j);
    const from = x - mean[j];
    next.mean[j] = mean[j] + from / count;
    next.scatter[j] = scatter[j] + from * (x - next.mean[j]);
  }
  return next;
}

/** Moments of what a support has been taught. */
export function momentsOf({ count, sum, sumSquares }: Support): Moments {
  const mean = Float32Array.from(sum, (value) => value / Math.max(count, Number.MIN_VALUE));
  // What was taken back leaves sums of squares that rounding may have brought below their least.
  const scatter = Float32Array.from(sumSquares, (value, j) =>
    Math.max(0, value - sum[j] * (sum[j] / Math.max(count, Number.MIN_VALUE))),
  );
  return { count, mean, scatter };
}

/**
 * Adds a block to the sums, in place, after they have faded for each of its windows, as `learnWindow` would. Within the block
 * nothing has faded.
 */
export function learnMoments(support: Support, block: Moments, { memoryWindows }: { memoryWindows: number }): void {
  const keep = 0.5 ** (block.count / memoryWindows);
  const { count, mean, scatter } = block;
  for (let j = 0; j < support.sum.length; j++) {
    support.sum[j] = keep * support.sum[j] + count * mean[j];
    support.sumSquares[j] = keep * support.sumSquares[j] + scatter[j] + count * mean[j] * mean[j];
  }
  support.count = keep * support.count + count;
  support.learned += count;
}

/**
 * Where a device stands: the mean of what its support holds, and the deviations that its model expects around it (0 where a feature does
 * not vary); `gain` is the model's.
 */
export function referenceOf(support: Support, { gain }: Pick<DeviceModel, 'gain'>, sinceMs: number): Reference {
  const deviation = Float32Array.from(gain, (each) => (each > 0 ? bfloat16(1 / each) : 0));
  return { sinceMs, mean: momentsOf(support).mean, deviation };
}

/** Puts the sums back to these moments, in place. The raw windows stay. */
export function goBackTo(support: Support, { count, learned, mean, scatter }: Moments & { learned: number }): void {
  support.count = count;
  support.learned = learned;
  for (let j = 0; j < support.sum.length; j++) {
    support.sum[j] = count * mean[j];
    support.sumSquares[j] = scatter[j] + count * mean[j] * mean[j];
  }
}

/**
 * Puts the sums back to the raw windows, each counted once, and `taught` besides; `learned` falls to as many. Nothing happens to a support
 * without raw windows. Throws RangeError for sums of another frame.
 */
export function goBackToReservoir(
  support: Support,
  regimes: Regimes | undefined,
  taught: readonly { features: Float32Array; weight: number }[] = [],
): void {
  const d = support.sum.length;
  if (support.reservoir.length === 0) return;
  checkFrame(support, regimes);
  support.count = 0;
  support.sum.fill(0);
  support.sumSquares.fill(0);
  for (let at = 0; at < support.reservoir.length; at += d) addWindow(support, support.reservoir.subarray(at, at + d), 1, regimes);
  for (const { features, weight } of taught) addWindow(support, features, weight, regimes);
  support.learned = Math.min(support.learned, support.reservoir.length / d + taught.length);
}

/**
 * Pulls the mean of every feature back to within `bound` deviations of the reference, in place; the spread around it stays as it
 * is. Features without a deviation are left alone. Returns how many were pulled.
 */
export function keepNear(
  support: Support,
  { mean, deviation }: { mean: Float32Array; deviation: Float32Array },
  bound: number,
): number {
  let pulled = 0;
  const { count, sum, sumSquares } = support;
  for (let j = 0; j < sum.length; j++) {
    const reach = bound * deviation[j];
    const from = sum[j] / count - mean[j];
    if (reach === 0 || !(Math.abs(from) > reach)) continue;
    const kept = mean[j] + Math.sign(from) * reach;
    sumSquares[j] += count * kept * kept - sum[j] * (sum[j] / count);
    sum[j] = count * kept;
    pulled++;
  }
  return pulled;
}
