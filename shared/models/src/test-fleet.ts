// Seeded fleets, heads and specs for the tests of this room. Not exported.
import type { FeatureSpec, HeadParameters, HeadPlan, Initialisation, Support } from '@tocsin/schemas';
import { fitFleet } from './fit-fleet.ts';
import type { FleetDevice } from './fleet-moments.ts';
import { emptySupport, learnWindow } from './support.ts';

export type Random = () => number;

/** Park-Miller, 0..1. */
export function seeded(seed: number): Random {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** About standard normal: twelve uniforms. */
export function gauss(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}

/** `n` windows of a device whose features lie `between` around 5 and vary by 1, neighbours correlated. */
export function deviceOf(deviceId: string, random: Random, n: number, d: number, between = 2): FleetDevice {
  const centre = Float64Array.from({ length: d }, () => 5 + between * gauss(random));
  const windows = new Float32Array(n * d);
  for (let k = 0; k < n; k++) {
    const shared = gauss(random);
    for (let j = 0; j < d; j++) windows[k * d + j] = centre[j] + 0.6 * shared + 0.8 * gauss(random);
  }
  return { deviceId, windows, n };
}

export function fleetOf(seed: number, devices: number, n: number, d: number): FleetDevice[] {
  const random = seeded(seed);
  return Array.from({ length: devices }, (_, i) => deviceOf(`pump-${i}`, random, n, d));
}

export function supportOf(windows: Float32Array, d: number, reservoirWindows = 1000): Support {
  const support = emptySupport(d);
  for (let at = 0; at < windows.length; at += d)
    learnWindow(support, windows.subarray(at, at + d), { reservoirWindows, memoryWindows: 200 });
  return support;
}

export function headOf(seed: number, d: number, hidden = 4): HeadParameters & HeadPlan {
  const random = seeded(seed);
  const weights = (length: number, scale: number) => Float64Array.from({ length }, () => scale * gauss(random));
  return {
    hidden,
    w1: weights(3 * d * hidden, 0.3),
    b1: weights(hidden, 0.3),
    w2: weights(hidden, 0.5),
    b2: 0.1,
    a: 1.2,
    c: -0.4,
    innerSteps: 5,
    innerRate: 0.5,
  };
}

/** A fleet whose omega, kappa and nu are not all at their start, as after meta-learning. */
export function learnedInitialisation(seed: number, d: number): Initialisation {
  const random = seeded(seed + 100);
  const positive = (values: Float64Array) => values.map((value) => value * Math.exp(0.5 * gauss(random)));
  const initialisation = fitFleet(fleetOf(seed, 6, 40, d), d);
  const { kappa, nu, omega } = initialisation;
  return {
    ...initialisation,
    kappa: positive(kappa),
    nu: positive(nu),
    omega: positive(omega),
    m0: initialisation.m0.map(() => gauss(random) / 5),
  };
}

export function specOf(d: number): FeatureSpec {
  return {
    version: 1,
    kind: 'slow',
    channels: ['x'],
    rateHz: 1,
    windowSamples: 32,
    bands: 0,
    wavelet: false,
    envelope: false,
    elements: Array.from({ length: d }, (_, j) => ({ name: `x.f${j}`, channel: 'x', block: 'level', unit: 'value' })),
    hash: 'feed',
  };
}
