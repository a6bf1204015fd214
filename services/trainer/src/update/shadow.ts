// What a candidate would have said of the newest windows, beside the bundle in use: before it is published, and on no device.
import { budgetOf, deviceThreshold, fleetMedian, noScores } from '@tocsin/decisions';
import { adapt, scoreWindow } from '@tocsin/models';
import type { DeviceClass, FeatureSpec, ModelBundle, ShadowFigures } from '@tocsin/schemas';
import { anomalyKinds, pseudoAnomaly } from '../episodes/pseudo-anomaly.ts';
import { supportOf } from '../episodes/support-of.ts';
import { teachingDevice, type DeviceHistory } from '../episodes/teaching-device.ts';
import { pick, type Random } from '../random.ts';
import { recentWindows } from './against-previous.ts';

export type ShadowLimits = {
  /** Most by which the share of windows over the threshold may rise, over what it is or what the budget expects, if that is more ... */
  alarmRiseMax: number;
  /** ... the part of the made-up anomalies over it that may be missed, and how far the usual score may move either way. */
  foundDropMax: number;
  scoreShiftMax: number;
};

/** What thresholds follow from. */
export type ShadowClass = Pick<DeviceClass, 'decision' | 'window' | 'rateHz' | 'supportWindows'>;

/** `refusal`: what is out of bounds; null for nothing. */
export type Shadow = { figures: ShadowFigures; words: string; refusal: string | null };

type Model = Pick<ModelBundle, 'initialisation' | 'calibration'>;

/** Share over the threshold, by windows and by made-up anomalies, what it is to be, and where windows lie between the fleet's median and the threshold. */
type Said = { over: number; found: number; places: number[]; budget: number };
type Paired = { windows: number; inUse: Said; candidate: Said };

/**
 * Both adapt to a device's windows before its newest ones, as after a promotion, when its own scores begin to count anew; then they score
 * the newest ones and an anomaly made of each. What lies over the threshold is compared on the very same windows, so real faults are
 * over both. Null where no device has windows enough.
 */
export function shadowOf(
  inUse: Model,
  candidate: Model,
  histories: readonly DeviceHistory[],
  { deviceClass, spec, limits, random }: { deviceClass: ShadowClass; spec: FeatureSpec; limits: ShadowLimits; random: Random },
): Shadow | null {
  const pairs = histories.flatMap((history): Paired[] => {
    const newest = history.windows.slice(-recentWindows);
    const windows = newest.filter(({ verdict, features }) => verdict !== 'maintenance' && features.every(Number.isFinite));
    const support = teachingDevice({ ...history, windows: history.windows.slice(0, -recentWindows) }).normals;
    if (windows.length === 0 || support.length === 0) return [];
    const others = histories.filter((other) => other !== history && other.windows.length > 0);
    const made = windows.map(({ features }) => {
      const drawn = pick(random, anomalyKinds);
      const kind = drawn === 'mix' && others.length === 0 ? 'sparse' : drawn;
      const other = kind === 'mix' ? pick(random, pick(random, others).windows).features : features;
      return pseudoAnomaly(kind, features, other, inUse.initialisation.scale, spec, random);
    });
    const live = windows.map(({ features }) => features);
    const said = (model: Model) => sayOf(model, support, live, made, deviceClass);
    return [{ windows: windows.length, inUse: said(inUse), candidate: said(candidate) }];
  });
  if (pairs.length === 0) return null;
  const figures = figuresOf(pairs);
  return { figures, words: wordsOf(figures), refusal: refusalOf(figures, pairs, limits) };
}

function sayOf(
  { initialisation, calibration }: Model,
  support: readonly Float32Array[],
  live: readonly Float32Array[],
  made: readonly Float32Array[],
  deviceClass: ShadowClass,
): Said {
  const taught = supportOf(support, deviceClass.supportWindows, initialisation.regimes);
  const model = adapt(initialisation, taught);
  const { falseAlarmRate } = budgetOf(calibration, taught.count, deviceClass);
  const threshold = deviceThreshold(calibration, taught.count, falseAlarmRate, noScores);
  const median = fleetMedian(calibration, taught.count);
  const scores = live.map((features) => scoreWindow(model, features));
  const isOver = (score: number): boolean => score > threshold;
  return {
    over: scores.filter(isOver).length / live.length,
    found: made.filter((features) => isOver(scoreWindow(model, features))).length / made.length,
    budget: falseAlarmRate,
    places: scores.map((score) => (score - median) / Math.max(leastSpan, threshold - median)),
  };
}

/** A calibration that does not tell its median from its threshold. */
const leastSpan = 1e-6;

function figuresOf(pairs: readonly Paired[]): ShadowFigures {
  const mean = (of: (pair: Paired) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  // Faults lie far out, by how much differs from bundle to bundle, and says nothing of where the usual scores are.
  const shifts = pairs.flatMap(({ inUse, candidate }) =>
    candidate.places.flatMap((place, i) => (inUse.places[i] > 1 ? [] : [place - inUse.places[i]])),
  );
  return {
    devices: pairs.length,
    windows: pairs.reduce((sum, { windows }) => sum + windows, 0),
    alarmRateInUse: mean(({ inUse }) => inUse.over),
    alarmRate: mean(({ candidate }) => candidate.over),
    foundInUse: mean(({ inUse }) => inUse.found),
    found: mean(({ candidate }) => candidate.found),
    scoreShift: shifts.toSorted((one, other) => one - other)[Math.floor(shifts.length / 2)] ?? 0,
  };
}

/** Of a bundle that finds next to nothing there is nothing to lose. */
const leastDrop = 0.05;

/** Out of bounds is what is so by more than one standard error over devices, and than so few windows would give by themselves. */
function refusalOf(figures: ShadowFigures, pairs: readonly Paired[], limits: ShadowLimits): string | null {
  const { alarmRate, alarmRateInUse, found, foundInUse, scoreShift, windows } = figures;
  // A candidate that makes use of its budget alarms no more often than it may.
  const budget = pairs.reduce((sum, { candidate }) => sum + candidate.budget, 0) / pairs.length;
  const rise = alarmRate - Math.max(alarmRateInUse, budget);
  const drop = foundInUse - found;
  const riseError = errorOf(
    pairs.map(({ inUse, candidate }) => candidate.over - inUse.over),
    alarmRate,
    windows,
  );
  const dropError = errorOf(
    pairs.map(({ inUse, candidate }) => inUse.found - candidate.found),
    found,
    windows,
  );
  const refusals = [
    rise > Math.max(limits.alarmRiseMax, riseError)
      ? `it would alarm more often (${percent(rise)} of the newest windows more than now or than its budget)`
      : '',
    drop > Math.max(limits.foundDropMax * foundInUse, dropError, leastDrop)
      ? `it would miss what is found now (${percent(drop / foundInUse)} of made-up anomalies)`
      : '',
    Math.abs(scoreShift) > limits.scoreShiftMax
      ? `its scores lie elsewhere (by ${scoreShift.toFixed(2)} of the way to the threshold)`
      : '',
  ].filter((text) => text !== '');
  return refusals.length === 0 ? null : refusals.join(', ');
}

function errorOf(differences: readonly number[], rate: number, windows: number): number {
  const n = differences.length;
  const centre = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = n < 2 ? 0 : differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  const smoothed = (rate * windows + 1) / (windows + 2);
  return Math.max(Math.sqrt(variance / n), Math.sqrt((smoothed * (1 - smoothed)) / windows));
}

function wordsOf({ devices, windows, alarmRate, alarmRateInUse, found, foundInUse, scoreShift }: ShadowFigures): string {
  const sample = `${windows} newest windows of ${devices} devices`;
  const rates = `${percent(alarmRate)} over the threshold (in use ${percent(alarmRateInUse)})`;
  return `in the shadow on ${sample}: ${rates}, ${percent(found)} of made-up anomalies (${percent(foundInUse)}), scores moved by ${scoreShift.toFixed(2)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
