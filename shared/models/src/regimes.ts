// Which operating regime a window is of, and what it would have been under the class's usual conditions. The hot path: allocates
// nothing. How regimes are found is fit-regimes.ts.
import type { Regimes } from '@tocsin/schemas';

/**
 * Row of `location` and `scale` for a raw window: its nearest centre, or the last row, R, where none is within the bound or a context
 * feature is not finite.
 */
export function regimeOf({ context, unit, centres, bound }: Regimes, features: Float32Array): number {
  const c = context.length;
  const unknown = centres.length / c;
  let nearest = unknown;
  // Written so that NaN is never near.
  let least = bound * bound;
  for (let r = 0; r < unknown; r++) {
    let squares = 0;
    for (let i = 0; i < c; i++) {
      const difference = (features[context[i]] - centres[r * c + i]) / unit[i];
      squares += difference * difference;
    }
    if (!(squares <= least)) continue;
    least = squares;
    nearest = r;
  }
  return nearest;
}

/** Feature `j` of a raw window of this row as its regime maps it; not finite where the raw one is not. */
export function mappedFeature({ location, scale, usual }: Regimes, row: number, features: Float32Array, j: number): number {
  const at = row * usual.length + j;
  const base = location[location.length - usual.length + j];
  return Math.fround(base + (usual[j] * (features[j] - location[at])) / scale[at]);
}

/** Inverse of `mappedFeature`: what a mapped value is under this regime in raw units. `usual[j]` must not be 0. */
export function rawFeature({ location, scale, usual }: Regimes, row: number, mapped: number, j: number): number {
  const at = row * usual.length + j;
  const base = location[location.length - usual.length + j];
  return location[at] + ((mapped - base) * scale[at]) / usual[j];
}

/** A raw window (`[d]`) as its regime maps it, written to `into`, which is returned. */
export function mapWindow(regimes: Regimes, features: Float32Array, into: Float32Array): Float32Array {
  const row = regimeOf(regimes, features);
  for (let j = 0; j < features.length; j++) into[j] = mappedFeature(regimes, row, features, j);
  return into;
}

/** Raw windows `[n][d]` as their regimes map them. */
export function mapRows(regimes: Regimes, rows: Float32Array): Float32Array {
  const d = regimes.usual.length;
  const mapped = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += d) mapWindow(regimes, rows.subarray(at, at + d), mapped.subarray(at, at + d));
  return mapped;
}

/** `Regimes.frame` of no regimes: sums and windows in raw units. */
export const rawFrame = 0;

/** The frame that sums are of when windows go through these regimes. */
export function frameOf(regimes: Regimes | undefined): number {
  return regimes === undefined ? rawFrame : regimes.frame;
}
