// The closed form (METHOD A and B) with its start values: the ingredient that everything else starts from.
import { fitFleet, type Learner } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { initialisationLearner } from './initialisation-learner.ts';
import { joinedWindows, teachingFleet } from './labelled-fleet.ts';

export const empiricalBayes: Learner = initialisationLearner({
  name: 'eb',
  isRandom: false,
  usesAnomalies: true,
  learn: (fleet) => fitTeaching(teachingFleet(fleet, false), fleet.spec.elements.length),
});

/** The closed form of devices whose normals are `[d]` each. */
export function fitTeaching(devices: readonly TeachingDevice[], d: number): Initialisation {
  const fleet = devices.map(({ deviceId, normals }) => ({ deviceId, windows: joinedWindows(normals, d), n: normals.length }));
  return fitFleet(fleet, d);
}
