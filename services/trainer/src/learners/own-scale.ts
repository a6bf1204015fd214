// Learners that listen to a device's own scale: alone ("no prior"), or together with the fleet's prior. For devices that are steadier
// than their fleet ever says (METHOD, "Where it is weak").
import { ownNu, type Learner } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { seededRandom } from '../random.ts';
import { fitTeaching } from './empirical-bayes.ts';
import { initialisationLearner } from './initialisation-learner.ts';
import { teachingFleet } from './labelled-fleet.ts';
import { ownEngine } from './own-engine.ts';
import { fitWeighted } from './weighted-bayes.ts';

/** Weight of the own scale beside the fleet's prior (docs/decisions/0021). */
export const ownShare = 1 / 3;

/** The same initialisation with an own part of this weight, in (0, 1]; with 1 the shared score is only heard where a device has under two windows. */
export function withOwnScale(initialisation: Initialisation, share: number = ownShare): Initialisation {
  return { ...initialisation, own: { share, nu: ownNu } };
}

/** No prior: of the fleet only what its features are scaled by. */
export const ownScaleAlone: Learner = initialisationLearner({
  name: 'own',
  isRandom: false,
  usesAnomalies: true,
  learn: (fleet) => withOwnScale(fitTeaching(teachingFleet(fleet, false), fleet.spec.elements.length), 1),
});

/** EB-MW and the own scale; `labels` as for `weightedBayes`. */
export function weightedWithOwnScale(labels: 'none' | 'fleet'): Learner {
  return initialisationLearner({
    name: labels === 'none' ? 'eb-own-synthetic' : 'eb-own',
    isRandom: true,
    usesAnomalies: true,
    async learn(fleet, seed) {
      const devices = teachingFleet(fleet, labels === 'fleet');
      return withOwnScale((await fitWeighted(await ownEngine(), devices, fleet.spec, seededRandom(seed))).initialisation);
    },
  });
}
