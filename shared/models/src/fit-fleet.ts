// The fleet prior in closed form (METHOD A): what all devices of a class share before anything is meta-learned.
import type { Initialisation } from '@tocsin/schemas';
import { fleetMoments, type FleetDevice, type FleetMoments } from './fleet-moments.ts';
import { shrunkCovariance } from './shrunk-covariance.ts';
import { identity, symmetricEigen } from './symmetric-eigen.ts';

/**
 * Start value of nu: how many windows of its own a device needs before it trusts its own variance as much as the fleet's.
 * The study's 8 hides faults of devices that are steadier than the fleet. Leave-one-device-out AUROC at K = 10 with 1, 2, 4
 * and 8: skab .66 .65 .65 .65, hydraulic .99 .98 .96 .95, asd .87 .87 .88 .88, smd .85 .86 .86 .87.
 */
export const startNu = 2;
/** Ridge on the within-device correlation before it is whitened. */
const ridge = 0.05;
const kappaMin = 1e-3;
const kappaMax = 10;
/** Smallest variance in units of `scale` squared; keeps every division defined. */
const varianceFloor = 1e-6;

/**
 * Fits the initialisation of a class on its devices' windows of `d` features: scaler, within- and between-device
 * covariances (Ledoit-Wolf), whitening V = U L^(-1/2) of R = corr(within) + .05 I = U L U', kappa = clip(within/between,
 * .001, 10), nu = `startNu`, omega = 1, no head. z is not clipped. Pooled covariance weighs windows, so give devices
 * about equally many.
 *
 * Always finite: without repeated windows the within-device variance counts as 1 (a tenth of the spread between devices),
 * with one device between = within, and a feature that does not vary has scale 0 and otherwise neutral values. Throws
 * RangeError when there is no window at all, when lengths disagree or when a value is not finite.
 */
export function fitFleet(devices: readonly FleetDevice[], d: number): Initialisation {
  const usable = devices.filter((device) => device.n > 0);
  checkShapes(usable, d);
  const moments = fleetMoments(usable, d);
  const alive = [...moments.scale.keys()].filter((j) => moments.scale[j] > 0);
  const covariance = withinCovariance(usable, moments, alive, d);
  const betweens = betweenVariances(usable.length, moments, alive, d);
  const within = new Float64Array(d).fill(1);
  const between = new Float64Array(d).fill(1);
  const kappa = new Float64Array(d).fill(1);
  alive.forEach((j, at) => {
    within[j] = Math.max(varianceFloor, covariance[at * alive.length + at]);
    between[j] = betweens === null ? within[j] : Math.max(varianceFloor, betweens[at]);
    kappa[j] = startKappa(within[j], between[j]);
  });
  return {
    d,
    location: moments.location,
    scale: moments.scale,
    m0: new Float64Array(d),
    within,
    between,
    whitening: whitening(covariance, alive, d),
    kappa,
    nu: new Float64Array(d).fill(startNu),
    omega: new Float64Array(4 * d).fill(1),
    head: null,
  };
}

/** Start value of kappa: how many windows of its own a device needs to trust its own mean as much as the fleet's. */
export function startKappa(within: number, between: number): number {
  return Math.min(kappaMax, Math.max(kappaMin, within / between));
}

function checkShapes(devices: readonly FleetDevice[], d: number): void {
  if (devices.length === 0) throw new RangeError('devices: no window at all; a fleet prior needs at least one window');
  for (const { deviceId, windows, n } of devices) {
    if (windows.length !== n * d) throw new RangeError(`windows of ${deviceId}: ${windows.length} values, expected ${n} x ${d}`);
  }
}

/** Covariance of device-centred windows of the varying features in z, corrected for the means taken out. */
function withinCovariance(
  devices: readonly FleetDevice[],
  moments: FleetMoments,
  alive: readonly number[],
  d: number,
): Float64Array {
  const size = alive.length;
  const total = devices.reduce((sum, device) => sum + device.n, 0);
  const freedom = total - devices.length;
  if (freedom < 1) return identity(size);
  const rows = new Float64Array(total * size);
  let row = 0;
  devices.forEach(({ windows, n }, device) => {
    for (let k = 0; k < n; k++, row++) {
      for (let at = 0; at < size; at++) {
        const j = alive[at];
        rows[row * size + at] = (windows[k * d + j] - moments.means[device * d + j]) / moments.scale[j];
      }
    }
  });
  return shrunkCovariance(rows, total, size).map((value) => (value * total) / freedom);
}

/** Variances of device means in z, shrunk towards their average; null for a single device. */
function betweenVariances(devices: number, moments: FleetMoments, alive: readonly number[], d: number): Float64Array | null {
  if (devices < 2) return null;
  const size = alive.length;
  const rows = new Float64Array(devices * size);
  for (let device = 0; device < devices; device++) {
    alive.forEach((j, at) => {
      rows[device * size + at] = (moments.means[device * d + j] - moments.location[j]) / moments.scale[j];
    });
  }
  const covariance = shrunkCovariance(rows, devices, size);
  return Float64Array.from(alive, (_, at) => covariance[at * size + at]);
}

/** `[d][d]`; features that do not vary stay by themselves. */
function whitening(covariance: Float64Array, alive: readonly number[], d: number): Float64Array {
  const size = alive.length;
  const place = new Map(alive.map((j, at) => [j, at]));
  const correlation = identity(d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const one = place.get(i);
      const two = place.get(j);
      if (i === j || one === undefined || two === undefined) continue;
      const spread = Math.sqrt(covariance[one * size + one] * covariance[two * size + two]);
      if (spread > 0) correlation[i * d + j] = covariance[one * size + two] / spread;
    }
    correlation[i * d + i] += ridge;
  }
  const { values, vectors } = symmetricEigen(correlation, d);
  const result = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const gain = 1 / Math.sqrt(Math.max(values[i], ridge));
    for (let j = 0; j < d; j++) result[j * d + i] = vectors[i * d + j] * gain;
  }
  return result;
}
