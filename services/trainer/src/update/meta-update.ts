// One meta-update of one class: from its devices' windows to a bundle, or a refusal with figures. Reads and writes nothing.
import { calibrate } from '@tocsin/decisions';
import type { BundleMetrics, Initialisation } from '@tocsin/schemas';
import type { Backend } from '../backend.ts';
import { minQueries } from '../episodes/draw-episode.ts';
import { anomalyKinds, type AnomalyKind } from '../episodes/pseudo-anomaly.ts';
import { teachingDevice, type TeachingDevice } from '../episodes/teaching-device.ts';
import type { Head, OnStep } from '../meta/train-head.ts';
import { seededRandom } from '../random.ts';
import { gainOverPrevious } from './against-previous.ts';
import { foldCount, foldsOf, placesOf } from './folds.ts';
import { headEarnsItsPlace, mayReplace, verdictOf } from './gate.ts';
import { nextMemory, usableMemory } from './head-memory.ts';
import { headGainOf, heldOutAuroc, heldOutScores } from './held-out-figures.ts';
import { learn, type HeadLesson } from './learn.ts';
import { tryFold, type Trial } from './trials.ts';
import type { OnProgress, UpdateInput, UpdateResult } from './update-plan.ts';

/** Far apart, so that everything that is drawn is drawn anew. */
const seeds = { lesson: 1000, trial: 2000, final: 3000, comparison: 4000 };

/**
 * Learns a class anew. Every device is held out once: that judges the closed form, the head and the bundle in use, and gives
 * the scores that thresholds are made of. A head is published only where it beats the closed form on devices and on kinds of
 * anomalies that it has not seen; the whole only where it is not worse than what is in use. Throws where windows do not fit
 * the spec or training diverges.
 */
export async function metaUpdate(input: UpdateInput, backend: Backend, onProgress: OnProgress = () => {}): Promise<UpdateResult> {
  const startedMs = performance.now();
  const { plan, spec, deviceClass, version, createdAtMs } = input;
  const devices = teachingDevices(input);
  const count = foldCount(devices.length, plan.heldOutShare);
  const memory = usableMemory(input.memory, spec.hash, count);
  const places = placesOf(devices, count, memory?.places ?? {});
  const inUse = input.previous?.spec.hash === spec.hash ? input.previous : null;
  const triesHead = devices.length >= plan.headDevices;
  let outerSteps = 0;
  const onStep: OnStep = (loss, stepSeconds) => onProgress({ outerSteps: ++outerSteps, loss, stepSeconds });
  const lesson = (kinds: readonly AnomalyKind[], start: Head | undefined, seed: number): HeadLesson | null =>
    triesHead ? { kinds, start: start ?? null, random: seededRandom(input.seed + seed), onStep } : null;

  const trials: Trial[] = [];
  for (const [at, fold] of foldsOf(devices, count, places).entries()) {
    const shown = lesson(
      anomalyKinds.filter((kind) => kind !== fold.kind),
      memory?.folds[at],
      seeds.lesson + at,
    );
    trials.push(await tryFold(fold, devices, input, inUse, shown, seededRandom(input.seed + seeds.trial + at)));
  }
  const headGain = headGainOf(trials);
  const withHead = headEarnsItsPlace(headGain);
  const scores = heldOutScores(trials, withHead, input);
  if (scores.length === 0) return { outcome: 'keep', memory, verdict: 'too few normal windows for a threshold', metrics: null };

  const learnAll = (fleet: readonly TeachingDevice[]): Promise<Initialisation> =>
    learn(fleet, input, withHead ? lesson(anomalyKinds, memory?.final, seeds.final) : null);
  const initialisation = await learnAll(devices);
  const random = seededRandom(input.seed + seeds.comparison);
  const overPrevious = inUse && (await gainOverPrevious(inUse, devices, input, random, learnAll));
  const metrics: BundleMetrics = {
    learner: withHead ? 'head-maml' : 'eb',
    candidates: [],
    algorithm: withHead ? 'empirical Bayes + MAML head' : 'empirical Bayes',
    backend: `${backend.name} on ${backend.device}`,
    devicesTrained: devices.length,
    devicesHeldOut: trials.length > 1 ? devices.length : 0,
    windows: devices.reduce((sum, { normals }) => sum + normals.length, 0),
    heldOutAuroc: heldOutAuroc(trials),
    verdict: verdictOf(headGain, overPrevious),
    seconds: (performance.now() - startedMs) / 1000,
  };
  const next = nextMemory(spec.hash, places, trials, initialisation);
  if (!mayReplace(overPrevious)) return { outcome: 'keep', memory: next, verdict: metrics.verdict, metrics };
  const bundle = { version, deviceClass, createdAtMs, spec, initialisation, calibration: calibrate(scores), metrics };
  return { outcome: 'publish', memory: next, bundle };
}

/** Devices with enough normals for the smallest episode. */
function teachingDevices({ devices, plan, spec }: UpdateInput): TeachingDevice[] {
  const d = spec.elements.length;
  for (const { deviceId, windows } of devices) {
    const wrong = windows.find(({ features }) => features.length !== d);
    if (wrong === undefined) continue;
    throw new RangeError(
      `window ${wrong.windowId} of ${deviceId}: ${wrong.features.length} features, expected ${d} as in the spec`,
    );
  }
  const least = Math.min(...plan.shots) + minQueries;
  return devices.map(teachingDevice).filter(({ normals }) => normals.length >= least);
}
