// EB-MW with a residual head on top (METHOD D), meta-trained by one of the schemes.
import { adaptClosedForm, headRows, NotApplicable, type HeadEpisode, type Learner } from '@tocsin/models';
import type { FeatureSpec, Initialisation } from '@tocsin/schemas';
import { ableDevices, drawLabelledEpisode, type LabelledEpisode } from '../episodes/draw-labelled-episode.ts';
import { supportOf } from '../episodes/support-of.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import type { Engine, HeadScheme } from '../meta/engine.ts';
import { outerPlan, type OnStep, type OuterPlan } from '../meta/outer-plan.ts';
import { priorsOfOthers } from '../meta/prior-of-others.ts';
import { freshHead } from '../meta/fresh-head.ts';
import { trainHeadBy } from '../meta/train-head-by.ts';
import { trainPrototypes } from '../meta/train-prototypes.ts';
import type { PriorOfOthers } from '../meta/weight-episode.ts';
import { seededRandom, type Random } from '../random.ts';
import { initialisationLearner } from './initialisation-learner.ts';
import { joinedWindows, teachingFleet } from './labelled-fleet.ts';
import { ownEngine } from './own-engine.ts';
import { fitWeighted, learnerQueries, learnerShots, type Weighted } from './weighted-bayes.ts';

/** Known anomalies of a support, to draw from. */
const knownShots: readonly number[] = [0, 1, 3, 5];
/** From so many devices on heads are trained for longer: as far as METHOD D's 400 steps. */
const manyDevices = 20;
const manySteps = 133;

/** An outer plan for a fleet of so many devices. */
export function outerPlanFor(devices: number): OuterPlan {
  return devices < manyDevices ? outerPlan : { ...outerPlan, steps: manySteps };
}

/** Meta-trains a head on top of `base`, whose link it starts from. Throws RangeError where no device has windows for an episode. */
export async function fitHead(
  engine: Engine,
  scheme: HeadScheme | 'prototypes',
  { initialisation, link }: Weighted,
  devices: readonly TeachingDevice[],
  spec: FeatureSpec,
  random: Random,
  plan: OuterPlan = outerPlanFor(devices.length),
  onStep?: OnStep,
): Promise<Initialisation> {
  const able = ableDevices(devices, learnerShots);
  if (able.length === 0) throw new RangeError('devices: none has enough windows for an episode');
  const priors = priorsOfOthers(initialisation, devices);
  const episodePlan = { spec, scale: initialisation.scale, shots: learnerShots, known: knownShots, queries: learnerQueries };
  const pool = Array.from({ length: plan.pool }, () => {
    const episode = drawLabelledEpisode(able, devices, episodePlan, random);
    return headEpisodeOf(initialisation, episode, priors.get(episode.deviceId) ?? initialisation);
  });
  const start = { ...freshHead(initialisation.d, random), ...link };
  const head =
    scheme === 'prototypes'
      ? await trainPrototypes(engine, start, pool, plan, random, onStep)
      : await trainHeadBy(engine, scheme, start, pool, plan, random, onStep);
  return { ...initialisation, head };
}

/** An episode as a head sees it, adapted from a prior that has not seen its device. */
function headEpisodeOf(
  initialisation: Initialisation,
  { support, known, normals, anomalies }: LabelledEpisode,
  prior: PriorOfOthers,
): HeadEpisode {
  const model = adaptClosedForm({ ...initialisation, ...prior }, supportOf(support, 0), null);
  const rows = (windows: readonly Float32Array[]) => headRows(model, joinedWindows(windows, initialisation.d));
  const { inputs: supportInputs, base: supportBase } = rows(support);
  const { inputs: anomalyInputs, base: anomalyBase } = rows(known);
  const { inputs: queryInputs, base: queryBase } = rows([...normals, ...anomalies]);
  const queryLabels = new Uint8Array(queryBase.length).fill(1, normals.length);
  return { supportInputs, supportBase, anomalyInputs, anomalyBase, queryInputs, queryBase, queryLabels };
}

/** Uses the fleet's known anomalies. */
export function headedBayes(scheme: HeadScheme | 'prototypes'): Learner {
  return initialisationLearner({
    name: `head-${scheme}`,
    isRandom: true,
    usesAnomalies: true,
    async learn(fleet, seed) {
      const devices = teachingFleet(fleet, true);
      if (ableDevices(devices, learnerShots).length === 0)
        throw new NotApplicable('a head needs a device with enough normal windows');
      const random = seededRandom(seed);
      const engine = await ownEngine();
      const base = await fitWeighted(engine, devices, fleet.spec, random);
      return fitHead(engine, scheme, base, devices, fleet.spec, random);
    },
  });
}
