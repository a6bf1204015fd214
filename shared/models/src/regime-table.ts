// What a fleet's windows look like in every regime, and the map that takes the difference out.
import type { Regimes } from '@tocsin/schemas';
import type { FleetDevice } from './fleet-moments.ts';
import { nearest } from './regime-centres.ts';
import { withFrame } from './regime-frame.ts';

/** So many windows of the class's within-regime variance stand beside a regime's own. */
const varianceWindows = 16;
/** Share of a feature's whole deviation under which its deviation within a regime is rounding. */
const deviationFloor = 1e-3;
/** A feature with less variance than this, or than rounding of its mean leaves, does not vary. */
const deadVariance = 1e-7;
const roundingVariance = 1e-12;
/** Windows are of a regime up to twice as far from its centre as nearly all of the fleet's, or a quarter of the way to the next one. */
const innerShare = 0.995;
const innerReach = 2;
const wayToNext = 0.25;

/** Context features, the unit of each and the fleet's scaled points `[n][c]`, devices one after the other. */
export type ContextPoints = { context: readonly number[]; unit: Float64Array; points: Float64Array };

/** Places of windows in the space of contexts: every context feature in units of its whole deviation. Throws nothing; n >= 1. */
export function contextPoints(devices: readonly FleetDevice[], d: number, context: readonly number[]): ContextPoints {
  const c = context.length;
  const points = new Float64Array(devices.reduce((sum, { n }) => sum + n, 0) * c);
  let at = 0;
  for (const { windows, n } of devices) for (let k = 0; k < n; k++) for (const j of context) points[at++] = windows[k * d + j];
  const unit = Float64Array.from(context, (_, i) => {
    const { mean, variance } = momentsAt(points, c, i);
    // A setting that the fleet never changed: any change is news.
    return Math.max(Math.sqrt(variance), 1e-3 * Math.abs(mean), 1e-6);
  });
  return { context, unit, points: points.map((value, i) => value / unit[i % c]) };
}

/**
 * The table of these centres (`[R][c]`, scaled). Location of a regime: its windows' mean, shrunk towards the class's by W/(W + m B) with
 * W the variance within regimes, B that between their means and m the devices that have shown the regime. Its deviation: of its windows
 * and `varianceWindows` more of W. Windows of no known regime are taken in the class's whole deviation.
 */
export function regimeTable(devices: readonly FleetDevice[], d: number, place: ContextPoints, centres: Float64Array): Regimes {
  const { context, unit, points } = place;
  const c = context.length;
  const R = centres.length / c;
  const assigned = Int32Array.from({ length: points.length / c }, (_, k) => nearest(centres, c, points, k).at);
  const { counts, shown } = countsOf(devices, assigned, R);
  const location = new Float64Array((R + 1) * d);
  const scale = new Float64Array((R + 1) * d).fill(1);
  const usual = new Float64Array(d).fill(1);
  const column = new Float64Array(assigned.length);
  for (let j = 0; j < d; j++) {
    fillColumn(column, devices, d, j);
    const { mean, variance } = momentsAt(column, 1, 0);
    for (let r = 0; r <= R; r++) location[r * d + j] = mean;
    if (context.includes(j)) usual[j] = 0;
    if (context.includes(j) || variance < Math.max(deadVariance, roundingVariance * mean * mean)) continue;
    const { means, variances, within } = regimeMoments(column, assigned, counts, shown, mean);
    const floor = deviationFloor * Math.sqrt(variance);
    usual[j] = Math.max(floor, Math.sqrt(within));
    scale[R * d + j] = Math.sqrt(variance);
    for (let r = 0; r < R; r++) {
      location[r * d + j] = means[r];
      scale[r * d + j] = Math.max(floor, Math.sqrt(variances[r]));
    }
  }
  const raw = centres.map((value, i) => value * unit[i % c]);
  return withFrame({ context, unit, centres: raw, bound: boundOf(place, centres), location, scale, usual });
}

/** Windows of every regime, and devices that have shown it. */
function countsOf(devices: readonly FleetDevice[], assigned: Int32Array, R: number) {
  const counts = new Float64Array(R);
  const shown = new Float64Array(R);
  let from = 0;
  for (const { n } of devices) {
    const own = assigned.subarray(from, from + n);
    for (const r of own) counts[r] += 1;
    for (const r of new Set(own)) shown[r] += 1;
    from += n;
  }
  return { counts, shown };
}

/** Shrunk means and variances of one feature in every regime, and its variance within regimes. */
function regimeMoments(column: Float64Array, assigned: Int32Array, counts: Float64Array, shown: Float64Array, mean: number) {
  const R = counts.length;
  const n = column.length;
  const means = new Float64Array(R);
  for (let k = 0; k < n; k++) means[assigned[k]] += column[k] / counts[assigned[k]];
  let within = 0;
  for (let k = 0; k < n; k++) within += (column[k] - means[assigned[k]]) ** 2 / n;
  let between = (-within * (R - 1)) / n;
  for (let r = 0; r < R; r++) between += (counts[r] * (means[r] - mean) ** 2) / n;
  const shrunk = means.map((value, r) => {
    if (between <= 0 || counts[r] === 0) return mean;
    return mean + (shown[r] / (shown[r] + within / between)) * (value - mean);
  });
  const variances = new Float64Array(R).fill(varianceWindows * within);
  for (let k = 0; k < n; k++) variances[assigned[k]] += (column[k] - shrunk[assigned[k]]) ** 2;
  return { means: shrunk, variances: variances.map((sum, r) => sum / (counts[r] + varianceWindows)), within };
}

function boundOf({ context, points }: ContextPoints, centres: Float64Array): number {
  const c = context.length;
  const n = points.length / c;
  const distances = Float64Array.from({ length: n }, (_, k) => Math.sqrt(nearest(centres, c, points, k).squares)).sort();
  // Two centres may share what is one regime to people; they do not make strangers of windows a little off.
  const gaps = Array.from({ length: centres.length / c }, (_, r) => gapAt(centres, c, r)).toSorted((one, two) => one - two);
  const gap = gaps[Math.floor(gaps.length / 2)];
  return Math.max(innerReach * distances[Math.floor(innerShare * (n - 1))], wayToNext * gap);
}

/** Distance from a centre to the next one; 0 where there is no other. */
function gapAt(centres: Float64Array, c: number, r: number): number {
  const others = Float64Array.from([...centres].filter((_, i) => Math.floor(i / c) !== r));
  return others.length === 0 ? 0 : Math.sqrt(nearest(others, c, centres, r).squares);
}

function fillColumn(column: Float64Array, devices: readonly FleetDevice[], d: number, j: number): void {
  let at = 0;
  for (const { windows, n } of devices) for (let k = 0; k < n; k++) column[at++] = windows[k * d + j];
}

/** Mean and variance of dimension `i` of rows of `c`. */
function momentsAt(rows: Float64Array, c: number, i: number): { mean: number; variance: number } {
  const n = rows.length / c;
  let mean = 0;
  for (let k = 0; k < n; k++) mean += rows[k * c + i] / n;
  let variance = 0;
  for (let k = 0; k < n; k++) variance += (rows[k * c + i] - mean) ** 2 / n;
  return { mean, variance };
}
