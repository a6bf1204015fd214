// The closed form (METHOD A and B) with its start values: the ingredient that everything else starts from.
import { fitFleet, type Learner } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { initialisationLearner } from './initialisation-learner.ts';
import { teachingFleet } from './labelled-fleet.ts';

export const empiricalBayes: Learner = initialisationLearner({
  name: 'eb',
  isRandom: false,
  usesAnomalies: true,
  learn: (fleet) => fitTeaching(teachingFleet(fleet, false), fleet.spec.elements.length),
});

/** The closed form of devices whose normals are `[d]` each. */
export function fitTeaching(devices: readonly TeachingDevice[], d: number): Initialisation {
  const fleet = devices.map(({ deviceId, normals }) => {
    const windows = new Float32Array(normals.length * d);
    normals.forEach((features, at) => windows.set(features, at * d));
    return { deviceId, windows, n: normals.length };
  });
  return fitFleet(fleet, d);
}
