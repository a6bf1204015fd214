// What is left for a device of a class that nobody has trained: its own windows. No prior, and a provisional threshold.
import { calibrate } from '@tocsin/decisions';
import { NotApplicable, ownScaleScorer, type FittedLearner } from '@tocsin/models';
import type { Calibration, FeatureSpec, Initialisation } from '@tocsin/schemas';

/** Without a fleet a feature's own size says how small a deviation may be believed. */
const leastSize = 0.01;
const leastWindows = 2;
/** Stretches of the support that are scored by the others for a threshold, and windows needed for that. */
const stretches = 5;
const calibratedWindows = 4;
/**
 * Windows recorded in a row are nearer to each other than later ones to them: distances count as twice as large, until the device's own
 * median takes over. Share of normal windows over the threshold for 1 % at K = 10 on meta-validation devices without and with: skab .29
 * .01, asd .02 .00, smd .16 .08, jumpstarter2 .33 .33, hydraulic 0 0.
 */
const margin = 2 * Math.LN2;

/** Scores by the distance to the nearest support windows, in the device's own units. Labels of anomalies are not used. */
export function ownWindows({ elements }: FeatureSpec, origin: string): FittedLearner {
  const d = elements.length;
  return {
    origin,
    adapt(normals) {
      if (normals.length < leastWindows * d)
        throw new NotApplicable(`no model of the class: needs ${leastWindows} support windows of the device itself`);
      return ownScaleScorer(noPrior(normals, d), normals);
    },
    calibrationOf: (normals) => ownCalibration(normals, d),
  };
}

/** An initialisation that says nothing but the size of the device's own features. */
function noPrior(windows: Float32Array, d: number): Initialisation {
  const n = windows.length / d;
  const location = new Float64Array(d);
  for (let at = 0; at < windows.length; at++) location[at % d] += windows[at] / n;
  const ones = new Float64Array(d).fill(1);
  return {
    d,
    location,
    scale: location.map((mean) => Math.max(Math.abs(mean), leastSize)),
    m0: new Float64Array(d),
    within: ones,
    between: new Float64Array(d),
    whitening: new Float64Array(d * d),
    kappa: ones,
    nu: ones,
    omega: new Float64Array(4 * d).fill(1),
    head: null,
  };
}

/** What stretches of the support score with the others as support; null where they are too few. Far from a null distribution. */
function ownCalibration(windows: Float32Array, d: number): Calibration | null {
  const n = windows.length / d;
  if (n < calibratedWindows) return null;
  const parts = Math.min(stretches, Math.floor(n / 2));
  const scores: number[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * n) / parts) * d;
    const to = Math.floor(((part + 1) * n) / parts) * d;
    const rest = Float32Array.of(...windows.subarray(0, from), ...windows.subarray(to));
    const score = ownScaleScorer(noPrior(rest, d), rest);
    for (let at = from; at < to; at += d) scores.push(score(windows.subarray(at, at + d)) + margin);
  }
  return calibrate([{ shots: n, deviceId: 'itself', scores: Float64Array.from(scores) }]);
}
