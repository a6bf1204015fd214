// Puts windows on a common scale, the fleet's or a device's own. Baselines only; the product scales with its initialisation.
import type { LabelledFleet } from '@tocsin/models';

/** z = (x - centre) gain; a feature that never varies has gain 0. */
export type Scaling = { centre: Float64Array; gain: Float64Array };

/** A fleet feature with less variance than this, or than rounding of its mean leaves, counts as constant. */
const deadVariance = 1e-7;
/**
 * Share of the fleet's deviation below which a device's own is not believed. AUROC of knn-own at K = 10 on meta-validation devices with
 * .1, .02, .004, .001 and .0001: skab .75 .75 .89 .96 .96, hydraulic .94 .99 .99 .99 .99, smd .83 .85 .88 .86 .85, smap .65 .69 .69 .69
 * .69, asd .86 .78 .77 .77 .77, cmapss .70 .73 .73 .72 .69.
 */
const ownFloor = 0.001;

/** Least own deviation where there is no fleet: a thousandth of the feature's own size, or of this. */
const leastSize = 0.01;

/** Mean and deviation of the normal windows of all devices together; null without any. */
export function fleetScaling({ spec, devices }: LabelledFleet): Scaling | null {
  const d = spec.elements.length;
  const centre = new Float64Array(d);
  const squares = new Float64Array(d);
  let count = 0;
  for (const { n, windows, labels } of devices) {
    for (let k = 0; k < n; k++) {
      if (labels[k] !== 0) continue;
      count++;
      for (let j = 0; j < d; j++) {
        const step = windows[k * d + j] - centre[j];
        centre[j] += step / count;
        squares[j] += step * (windows[k * d + j] - centre[j]);
      }
    }
  }
  if (count === 0) return null;
  const gain = squares.map((sum, j) => {
    const variance = sum / count;
    return variance >= Math.max(deadVariance, 1e-12 * centre[j] ** 2) ? 1 / Math.sqrt(variance) : 0;
  });
  return { centre, gain };
}

/** Values as they are. */
export function rawScaling(d: number): Scaling {
  return { centre: new Float64Array(d), gain: new Float64Array(d).fill(1) };
}

/**
 * Mean and deviation of a device's own windows `[n][d]`. A deviation counts as at least .1 % of the fleet's, or of the feature's size
 * where there is no fleet; a single window has none, so that it takes the fleet's gain around its own centre.
 */
export function ownScaling(windows: Float32Array, d: number, fleet: Scaling | null): Scaling {
  const n = windows.length / d;
  const centre = new Float64Array(d);
  for (let at = 0; at < windows.length; at++) centre[at % d] += windows[at] / n;
  if (n < 2) return { centre, gain: (fleet ?? rawScaling(d)).gain };
  const squares = new Float64Array(d);
  for (let at = 0; at < windows.length; at++) squares[at % d] += (windows[at] - centre[at % d]) ** 2 / (n - 1);
  const gain = squares.map((variance, j) => {
    const size = fleet === null ? Math.max(Math.abs(centre[j]), leastSize) : 1 / fleet.gain[j];
    return Number.isFinite(size) ? 1 / Math.max(Math.sqrt(variance), ownFloor * size) : 0;
  });
  return { centre, gain };
}

/** Windows `[n][d]` on the scale. */
export function scaled(windows: Float32Array, { centre, gain }: Scaling, out = new Float64Array(windows.length)): Float64Array {
  const d = gain.length;
  for (let at = 0; at < windows.length; at++) out[at] = (windows[at] - centre[at % d]) * gain[at % d];
  return out;
}
