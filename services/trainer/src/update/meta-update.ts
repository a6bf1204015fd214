// One meta-update of one class: from its devices' windows to a bundle, or a refusal with figures. Reads and writes nothing.
import { calibrate } from '@tocsin/decisions';
import type { BundleMetrics, FeatureSpec, LearnedFrom, ModelBundle } from '@tocsin/schemas';
import type { Backend } from '../backend.ts';
import { minQueries } from '../episodes/draw-episode.ts';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import { teachingDevice, type TeachingDevice } from '../episodes/teaching-device.ts';
import { meanAuroc } from '../evaluation/judge.ts';
import { devicesInRegimes } from '../learners/in-regimes.ts';
import { learnerShots } from '../learners/weighted-bayes.ts';
import type { OnStep } from '../meta/outer-plan.ts';
import { seededRandom } from '../random.ts';
import { refusalText, screenDevices, type Refused, type Screened } from '../screening/screen-devices.ts';
import { gainsOverPrevious, periodFigures } from './against-previous.ts';
import { choose } from './choose.ts';
import { figuresOf, openContest } from './contest.ts';
import { foldCount, foldsOf } from './folds.ts';
import { mayReplace, verdictOf } from './gate.ts';
import { judgedOnOf } from './judged-episodes.ts';
import { createLesson } from './lesson.ts';
import { nullScores } from './null-scores.ts';
import { algorithmOf, learnerOf } from './recipe.ts';
import { shadowOf, type Shadow } from './shadow.ts';
import type { OnProgress, UpdateInput, UpdateResult } from './update-plan.ts';

/** Far apart, so that everything that is drawn is drawn anew. */
const seeds = { final: 3000, comparison: 4000, shadow: 5000, screening: 6000 };

/** Devices that are named in a bundle because they were refused. */
const refusedNamed = 20;

/**
 * Learns a class anew. Every device is held out once: that chooses among the candidates and gives the scores that thresholds are
 * made of. Only the one chosen is learned from all devices, and published only where it is not worse than what is in use. Throws
 * where windows do not fit the spec or training diverges.
 */
export async function metaUpdate(input: UpdateInput, backend: Backend, onProgress: OnProgress = () => {}): Promise<UpdateResult> {
  const startedMs = performance.now();
  const { plan, spec, deviceClass, version, createdAtMs, supportWindows } = input;
  const { devices: known, refused } = screenTeaching(teachingDevices(input), spec, input.seed + seeds.screening);
  const judgedOn = judgedOnOf(known);
  // Anomalies too few to judge on would make weights of one device's faults, and nothing would notice.
  const ignoresLabels = judgedOn === 'pseudo-anomalies' && input.learner === 'auto';
  const devices = ignoresLabels ? known.map((device) => ({ ...device, anomalies: [] })) : known;
  let outerSteps = 0;
  const onStep: OnStep = (loss, stepSeconds) => onProgress({ outerSteps: ++outerSteps, loss, stepSeconds });
  const inUse = input.previous?.spec.hash === spec.hash ? input.previous : null;

  const folds = foldsOf(devices, foldCount(devices.length, plan.heldOutShare));
  const contest = await openContest(backend.engine, folds, devices, judgedOn, input, onStep);
  const { chosen, tried } = await choose(contest, devices, input);
  const { recipe, initialisations } = chosen;
  const scores = folds.flatMap(({ heldOut }, fold) =>
    heldOut.flatMap((device) =>
      plan.calibrationShots.flatMap((shots) => nullScores(initialisations[fold], device, shots, supportWindows)),
    ),
  );
  if (scores.length === 0) return { outcome: 'keep', verdict: 'too few normal windows for a threshold', metrics: null, refused };

  const learnAll = (fleet: readonly TeachingDevice[]) =>
    createLesson(
      backend.engine,
      fleet,
      input,
      anomalyKinds,
      input.seed + seeds.final,
      onStep,
      inUse?.initialisation.regimes,
    ).learn(recipe);
  const initialisation = await learnAll(devices);
  const random = seededRandom(input.seed + seeds.comparison);
  const calibration = calibrate(scores, input.raise);
  const overPrevious = inUse === null ? [] : await gainsOverPrevious(inUse, devices, judgedOn, input, random, learnAll);
  const shadow = inUse === null ? null : shadowIn(input, inUse, { initialisation, calibration });
  const candidates = figuresOf(tried, judgedOn);
  const metrics: BundleMetrics = {
    learner: learnerOf(recipe),
    candidates,
    algorithm: algorithmOf(recipe),
    backend: `${backend.name} on ${backend.deviceName}`,
    devicesTrained: devices.length,
    devicesHeldOut: folds.length > 1 ? devices.length : 0,
    windows: devices.reduce((sum, { normals }) => sum + normals.length, 0),
    heldOutAuroc: {
      closedForm: meanAuroc(contest.judgeAll((fold) => ({ ...initialisations[fold], head: null }))),
      head: recipe.head === null ? null : meanAuroc(chosen.judgements),
      previous: inUse && meanAuroc(contest.judgeAll(() => inUse.initialisation)),
    },
    ...(overPrevious.length === 0 ? {} : { overPrevious: overPrevious.map(periodFigures) }),
    ...(shadow === null ? {} : { shadow: shadow.figures }),
    verdict: verdictOf(input.learner, learnerOf(recipe), candidates, overPrevious, shadow) + refusalText(refused),
    seconds: (performance.now() - startedMs) / 1000,
  };
  const isRefused = !overPrevious.every(({ gain }) => mayReplace(gain)) || (shadow !== null && shadow.refusal !== null);
  if (isRefused) return { outcome: 'keep', verdict: metrics.verdict, metrics, refused };
  const bundle = {
    version,
    deviceClass,
    createdAtMs,
    spec,
    initialisation,
    calibration,
    metrics,
    ...(input.learnedFrom === undefined ? {} : { learnedFrom: recordOf(input.learnedFrom, refused) }),
  };
  return { outcome: 'publish', bundle, refused };
}

function shadowIn(
  { shadow, devices, spec, seed }: UpdateInput,
  inUse: ModelBundle,
  candidate: Pick<ModelBundle, 'initialisation' | 'calibration'>,
): Shadow | null {
  if (shadow === undefined) return null;
  return shadowOf(inUse, candidate, devices, { ...shadow, spec, random: seededRandom(seed + seeds.shadow) });
}

/** Devices that do no harm to what the others learn, as regimes map them where there are any. */
function screenTeaching(devices: readonly TeachingDevice[], spec: FeatureSpec, seed: number): Screened {
  const { fleet } = devicesInRegimes(devices, spec);
  const { refused } = screenDevices(fleet, spec, seed);
  const names = new Set(refused.map(({ deviceId }) => deviceId));
  return { devices: devices.filter(({ deviceId }) => !names.has(deviceId)), refused };
}

/** Of many that were refused the first are named. */
function recordOf(learnedFrom: LearnedFrom, refused: readonly Refused[]): LearnedFrom {
  return refused.length === 0 ? learnedFrom : { ...learnedFrom, refused: refused.slice(0, refusedNamed) };
}

/** Devices with enough normals to learn from, which is more than to be judged on. */
function teachingDevices({ devices, spec }: UpdateInput): TeachingDevice[] {
  const d = spec.elements.length;
  for (const { deviceId, windows } of devices) {
    const wrong = windows.find(({ features }) => features.length !== d);
    if (wrong === undefined) continue;
    throw new RangeError(
      `window ${wrong.windowId} of ${deviceId}: ${wrong.features.length} features, expected ${d} as in the spec`,
    );
  }
  const least = Math.min(...learnerShots) + minQueries;
  return devices.map(teachingDevice).filter(({ normals }) => normals.length >= least);
}
