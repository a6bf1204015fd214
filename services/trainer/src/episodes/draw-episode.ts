// An episode: one device, K of its windows in a row to adapt on, later windows and anomalies to be judged on.
import type { FeatureSpec } from '@tocsin/schemas';
import { integer, pick, sample, type Random } from '../random.ts';
import { pseudoAnomaly, type AnomalyKind } from './pseudo-anomaly.ts';
import type { TeachingDevice } from './teaching-device.ts';

/** Raw feature vectors; every normal is later than all of the support. */
export type Episode = { deviceId: string; support: Float32Array[]; normals: Float32Array[]; anomalies: Float32Array[] };

export type EpisodePlan = {
  spec: FeatureSpec;
  /** Fleet scale of every feature, the unit of pseudo-anomalies. */
  scale: Float64Array;
  /** Support sizes to draw from. */
  shots: readonly number[];
  /** Query normals and query anomalies wanted, each. */
  queries: number;
  kinds: readonly AnomalyKind[];
};

/** Fewest later normals that a device is judged on. */
export const minQueries = 4;

/** The support sizes that leave a device enough later windows. */
export function possibleShots(device: TeachingDevice, shots: readonly number[]): number[] {
  return shots.filter((count) => device.normals.length >= count + minQueries);
}

/**
 * Draws an episode of `device`, which must have enough windows for the smallest support (`possibleShots`), else RangeError.
 * Half of the anomalies are the device's own known ones where it has any. `fleet` lends windows for `mix`; where there is
 * nobody else to lend, `sparse` takes its place.
 */
export function drawEpisode(
  device: TeachingDevice,
  fleet: readonly TeachingDevice[],
  plan: EpisodePlan,
  random: Random,
): Episode {
  const { deviceId, normals } = device;
  const shots = possibleShots(device, plan.shots);
  if (shots.length === 0)
    throw new RangeError(`normals of ${deviceId}: ${normals.length}, expected ${minQueries} more than the least shots`);
  const count = pick(random, shots);
  const start = integer(random, 0, normals.length - count - minQueries);
  const later = normals.slice(start + count);
  const others = fleet.filter((other) => other.deviceId !== deviceId && other.normals.length > 0);
  const known = sample(random, device.anomalies, Math.floor(plan.queries / 2));
  const made = Array.from({ length: plan.queries - known.length }, () => {
    const drawn = pick(random, plan.kinds);
    const kind = drawn === 'mix' && others.length === 0 ? 'sparse' : drawn;
    const x = pick(random, later);
    const other = kind === 'mix' ? pick(random, pick(random, others).normals) : x;
    return pseudoAnomaly(kind, x, other, plan.scale, plan.spec, random);
  });
  return {
    deviceId,
    support: normals.slice(start, start + count),
    normals: sample(random, later, plan.queries),
    anomalies: [...known, ...made],
  };
}
