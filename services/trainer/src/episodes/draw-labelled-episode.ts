// Episodes of a fleet in which some devices have known anomalies: what METHOD C and D meta-train on.
import type { FeatureSpec } from '@tocsin/schemas';
import { integer, pick, sample, type Random } from '../random.ts';
import { minQueries, possibleShots, type Episode } from './draw-episode.ts';
import { anomalyKinds, pseudoAnomaly, type AnomalyKind } from './pseudo-anomaly.ts';
import type { TeachingDevice } from './teaching-device.ts';

/** `known` are anomalies that the device's support comes with; none of them is in the query. */
export type LabelledEpisode = Episode & { known: Float32Array[] };

export type LabelledEpisodePlan = {
  spec: FeatureSpec;
  /** Fleet scale of every feature, the unit of pseudo-anomalies. */
  scale: Float64Array;
  /** Support sizes and numbers of known anomalies to draw from. */
  shots: readonly number[];
  known: readonly number[];
  /** Query normals and query anomalies wanted, each. */
  queries: number;
  /** Kinds of anomalies to make up; all where left out. */
  kinds?: readonly AnomalyKind[];
};

/** Share of the episodes that are of devices with anomalies, where there are any; and of any single one of them, at most. */
const knownShare = 0.8;
const knownShareOfOne = 0.25;
/** Half of the query normals are among the first so many after the support, the others from anywhere later. */
const soonWindows = 64;

/** Devices that have enough windows for an episode of the plan. */
export function ableDevices(fleet: readonly TeachingDevice[], shots: readonly number[]): TeachingDevice[] {
  return fleet.filter((device) => possibleShots(device, shots).length > 0);
}

/**
 * Draws an episode of one of `able`, which must not be empty. Anomalies are the device's own where it has any, else made up
 * (`pseudoAnomaly`; `fleet` lends windows for `mix`).
 */
export function drawLabelledEpisode(
  able: readonly TeachingDevice[],
  fleet: readonly TeachingDevice[],
  plan: LabelledEpisodePlan,
  random: Random,
): LabelledEpisode {
  const labelled = able.filter(({ anomalies }) => anomalies.length > 1);
  const share = Math.min(knownShare, knownShareOfOne * labelled.length);
  const device = pick(random, labelled.length > 0 && random() < share ? labelled : able);
  const { deviceId, normals } = device;
  const count = pick(random, possibleShots(device, plan.shots));
  const start = integer(random, 0, normals.length - count - minQueries);
  const later = normals.slice(start + count);
  const half = Math.floor(plan.queries / 2);
  const wanted = pick(random, plan.known) + plan.queries;
  const anomalies =
    device.anomalies.length > 1
      ? sample(random, device.anomalies, wanted)
      : Array.from({ length: wanted }, () => madeUp(device, later, fleet, plan, random));
  // A device with few anomalies keeps at least half of them for the query.
  const known = Math.min(wanted - plan.queries, Math.floor(anomalies.length / 2));
  return {
    deviceId,
    support: normals.slice(start, start + count),
    normals: [...sample(random, later.slice(0, soonWindows), half), ...sample(random, later, plan.queries - half)],
    anomalies: anomalies.slice(known),
    known: anomalies.slice(0, known),
  };
}

function madeUp(
  device: TeachingDevice,
  later: readonly Float32Array[],
  fleet: readonly TeachingDevice[],
  { scale, spec, kinds = anomalyKinds }: LabelledEpisodePlan,
  random: Random,
): Float32Array {
  const others = fleet.filter((other) => other.deviceId !== device.deviceId && other.normals.length > 0);
  const drawn = pick(random, kinds);
  const kind = drawn === 'mix' && others.length === 0 ? 'sparse' : drawn;
  const x = pick(random, later);
  const other = kind === 'mix' ? pick(random, pick(random, others).normals) : x;
  return pseudoAnomaly(kind, x, other, scale, spec, random);
}
