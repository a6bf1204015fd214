// The closed form (METHOD A and B) with its start values: the ingredient that everything else starts from.
import { fitFleet, startNu, type Learner } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { initialisationLearner } from './initialisation-learner.ts';
import { joinedWindows, spread, teachingFleet } from './labelled-fleet.ts';

/**
 * nu of a class whose devices differ so much in how steady they are that the fleet's variance only fills in where a device has none.
 * AUROC at K = 10 on meta-validation devices with nu = 2, .05 and .0005: skab .72 .82 .89, hydraulic .97 .99 .99, smd .81 .83 .86, but
 * asd .97 .91 .88, wsd .98 .93 .86, jumpstarter2 .75 .69 .68. Which it is, held-out devices have to say.
 */
export const ownVarianceNu = 5e-4;

/** `variance`: whether a device's own variance counts against the fleet's at METHOD's rate, or at once. */
export function empiricalBayes(variance: 'shared' | 'own'): Learner {
  const nu = variance === 'shared' ? startNu : ownVarianceNu;
  return initialisationLearner({
    name: variance === 'shared' ? 'eb' : 'eb-own-variance',
    isRandom: false,
    usesAnomalies: true,
    learn: (fleet) => fitTeaching(teachingFleet(fleet, false), fleet.spec.elements.length, nu),
  });
}

/** What is pooled counts windows: of a device at most so many times what the middle one has, and so many in any case. */
const windowsOverMiddle = 4;
const windowsAnyway = 64;

/** The closed form of devices whose normals are `[d]` each. A device with far more windows than the others counts for some of them only. */
export function fitTeaching(devices: readonly TeachingDevice[], d: number, nu: number = startNu): Initialisation {
  const counts = devices.map(({ normals }) => normals.length).sort((one, other) => one - other);
  const most = Math.max(windowsAnyway, windowsOverMiddle * (counts[Math.floor((counts.length - 1) / 2)] ?? 0));
  const fleet = devices.map(({ deviceId, normals }) => {
    const counted = spread(normals, most);
    return { deviceId, windows: joinedWindows(counted, d), n: counted.length };
  });
  return { ...fitFleet(fleet, d), nu: new Float64Array(d).fill(nu) };
}
