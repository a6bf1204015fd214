// Learns an initialisation from the windows of a fleet: the closed form, and a meta-trained head where one is wanted.
import { fitFleet } from '@tocsin/models';
import type { FeatureSpec, Initialisation } from '@tocsin/schemas';
import { drawEpisode, possibleShots, type EpisodePlan } from './episodes/draw-episode.ts';
import { headEpisode } from './episodes/head-episode.ts';
import type { AnomalyKind } from './episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from './episodes/teaching-device.ts';
import { freshHead, headPlan, trainHead, type OuterPlan } from './meta/train-head.ts';
import { pick, seededRandom } from './random.ts';

/** Fits the closed form (METHOD A) on the normals of all devices; no head. */
export function fitClosedForm(devices: readonly TeachingDevice[], d: number): Initialisation {
  const fleet = devices.map(({ deviceId, normals }) => {
    const windows = new Float32Array(normals.length * d);
    normals.forEach((features, at) => windows.set(features, at * d));
    return { deviceId, windows, n: normals.length };
  });
  return fitFleet(fleet, d);
}

export type HeadLesson = {
  spec: FeatureSpec;
  shots: readonly number[];
  /** Query normals and anomalies per episode, each. */
  queries: number;
  /** Support windows of a device that the head adapts on, at most. */
  reservoirWindows: number;
  /** Kinds of pseudo-anomalies to learn from; all when left out. */
  kinds?: readonly AnomalyKind[];
  outer: OuterPlan;
  seed: number;
};

/**
 * `initialisation` with a head meta-trained (METHOD D) on episodes of these devices, every step and window drawn from
 * `seed`. Null where no device has enough windows for an episode.
 */
export async function learnHead(
  initialisation: Initialisation,
  devices: readonly TeachingDevice[],
  lesson: HeadLesson,
  onStep?: (loss: number) => void,
): Promise<Initialisation | null> {
  const able = devices.filter((device) => possibleShots(device, lesson.shots).length > 0);
  if (able.length === 0) return null;
  const random = seededRandom(lesson.seed);
  const plan: EpisodePlan = { ...lesson, scale: initialisation.scale };
  const draw = () => {
    const episode = drawEpisode(pick(random, able), devices, plan, random);
    if (episode === null) throw new Error('episode: none, though the device has enough windows');
    return headEpisode(initialisation, episode, lesson.reservoirWindows);
  };
  const start = { ...freshHead(initialisation.d, random), ...headPlan };
  const { head } = await trainHead(start, draw, lesson.outer, onStep);
  return { ...initialisation, head };
}
