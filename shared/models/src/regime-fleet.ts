// A seeded fleet that runs under several settings, for the tests of regimes. Not exported.
import type { FleetDevice } from './fleet-moments.ts';
import { gauss, seeded, type Random } from './test-fleet.ts';

/** Feature 0 is the setting; features 1 to 3 are measured. */
export const d = 4;
export const context = [0];
/** A fault moves features 1 and 2 by so many of a device's deviations. */
const faultSize = 6;

/** Levels and deviations of the measured features, by setting: far apart, and not in the same order for all. */
const levels = [
  [10, 200, 5],
  [40, 100, 3],
  [90, 150, 9],
];
const deviations = [
  [1, 2, 0.5],
  [0.5, 4, 0.2],
  [2, 1, 1],
];

export type Settings = readonly number[];

/** A window under a setting (0, 1 or 2) of a device whose own offset is `own`, in deviations. */
export function windowAt(setting: number, own: readonly number[], random: Random, isFaulty = false): Float32Array {
  const measured = levels[setting].map((level, i) => {
    const fault = isFaulty && i < 2 ? faultSize : 0;
    return level + deviations[setting][i] * (own[i] + fault + 0.7 * gauss(random));
  });
  return Float32Array.of(30 * setting + 0.1 * gauss(random), ...measured);
}

export function offsetOf(random: Random): number[] {
  return [0, 1, 2].map(() => 1.5 * gauss(random));
}

/** `count` devices of `n` windows each, settings in turn as `settings` has them. */
export function regimeFleet(seed: number, count: number, n: number, settings: Settings = [0, 1, 2]): FleetDevice[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, at) => {
    const own = offsetOf(random);
    const windows = new Float32Array(n * d);
    for (let k = 0; k < n; k++) windows.set(windowAt(settings[k % settings.length], own, random), k * d);
    return { deviceId: `fan-${at}`, windows, n };
  });
}
