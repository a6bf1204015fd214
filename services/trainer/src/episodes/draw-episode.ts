// An episode: one device, K of its windows in a row to adapt on, later windows and anomalies to be judged on.
import type { FeatureSpec } from '@tocsin/schemas';
import { integer, pick, sample, type Random } from '../random.ts';
import { anomalyKinds, pseudoAnomaly, type AnomalyKind } from './pseudo-anomaly.ts';
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
  kinds?: readonly AnomalyKind[];
};

/** Fewest later normals that a device is judged on. */
export const minQueries = 4;

/** The support sizes that leave a device enough later windows. */
export function possibleShots(device: TeachingDevice, shots: readonly number[]): number[] {
  return shots.filter((count) => device.normals.length >= count + minQueries);
}

/**
 * Draws an episode of `device`, or null where it has too few normals for the smallest support. Half of the anomalies are
 * the device's own known ones where it has any. `fleet` lends windows for mixing: a device alone in it gets no `mix`.
 */
export function drawEpisode(
  device: TeachingDevice,
  fleet: readonly TeachingDevice[],
  plan: EpisodePlan,
  random: Random,
): Episode | null {
  const shots = possibleShots(device, plan.shots);
  if (shots.length === 0) return null;
  const count = pick(random, shots);
  const start = integer(random, 0, device.normals.length - count - minQueries);
  const later = device.normals.slice(start + count);
  const others = fleet.filter((other) => other.deviceId !== device.deviceId && other.normals.length > 0);
  const wanted = plan.kinds ?? anomalyKinds;
  const able = others.length > 0 ? wanted : wanted.filter((kind) => kind !== 'mix');
  const kinds = able.length > 0 ? able : (['sparse'] as const);
  const known = sample(random, device.anomalies, Math.floor(plan.queries / 2));
  const made = Array.from({ length: plan.queries - known.length }, () => {
    const kind = pick(random, kinds);
    const x = pick(random, later);
    const other = kind === 'mix' ? pick(random, pick(random, others).normals) : x;
    return pseudoAnomaly(kind, x, other, plan.scale, plan.spec, random);
  });
  return {
    deviceId: device.deviceId,
    support: device.normals.slice(start, start + count),
    normals: sample(random, later, plan.queries),
    anomalies: [...known, ...made],
  };
}
