// Learns an initialisation from the windows of a fleet: the closed form, and a meta-trained head where one is wanted.
import { fitFleet } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { drawEpisode, possibleShots } from '../episodes/draw-episode.ts';
import { headEpisode } from '../episodes/head-episode.ts';
import type { AnomalyKind } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { freshHead, trainHead, type Head, type OnStep } from '../meta/train-head.ts';
import { pick, type Random } from '../random.ts';
import type { UpdateInput } from './update-plan.ts';

/** How to train a head: on which kinds of pseudo-anomalies, and from where on (null: afresh). */
export type HeadLesson = { kinds: readonly AnomalyKind[]; start: Head | null; random: Random; onStep: OnStep };

/**
 * Fits the closed form (METHOD A) on the normals of all devices and, unless `lesson` is null, meta-trains a head (METHOD D)
 * on episodes of them. Throws RangeError where a head is asked for and no device has enough windows for an episode.
 */
export async function learn(
  devices: readonly TeachingDevice[],
  input: UpdateInput,
  lesson: HeadLesson | null,
): Promise<Initialisation> {
  const { spec, supportWindows, plan } = input;
  const closedForm = fitClosedForm(devices, spec.elements.length);
  if (lesson === null) return closedForm;
  const { kinds, random, onStep } = lesson;
  const able = devices.filter((device) => possibleShots(device, plan.shots).length > 0);
  if (able.length === 0) throw new RangeError('devices: none has enough windows for an episode');
  const draw = () => {
    const episode = drawEpisode(pick(random, able), devices, { ...plan, spec, scale: closedForm.scale, kinds }, random);
    return headEpisode(closedForm, episode, supportWindows);
  };
  const start = lesson.start ?? freshHead(closedForm.d, random);
  return { ...closedForm, head: await trainHead(start, draw, plan.outer, random, onStep) };
}

function fitClosedForm(devices: readonly TeachingDevice[], d: number): Initialisation {
  const fleet = devices.map(({ deviceId, normals }) => {
    const windows = new Float32Array(normals.length * d);
    normals.forEach((features, at) => windows.set(features, at * d));
    return { deviceId, windows, n: normals.length };
  });
  return fitFleet(fleet, d);
}
