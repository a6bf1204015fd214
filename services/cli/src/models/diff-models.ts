// What differs between two versions of a class, in words and figures. Pure.
import { budgetOf, thresholdAt } from '@tocsin/decisions';
import type { DeviceClass, ModelBundle } from '@tocsin/schemas';

/** A line of the comparison; both cells are equal where nothing differs. */
export type Difference = { what: string; one: string; other: string };

/** How far a feature has moved: its location in units of the first one's scale, and its scale as a factor. */
export type FeatureShift = { feature: string; location: number; scale: number };

export type ModelDiff = {
  shots: number;
  /** Share of normal windows over the threshold that thresholds are given for; null: each version's own, for the class's budget. */
  rate: number | null;
  lines: Difference[];
  /** Largest first; empty where the features are not the same. */
  shifts: FeatureShift[];
};

export type DiffChoice = { shots: number; rate: number | null; most: number };

/** Between two versions of this class. */
export function diffModels(
  one: ModelBundle,
  other: ModelBundle,
  deviceClass: DeviceClass,
  { shots, rate, most }: DiffChoice,
): ModelDiff {
  const line = (what: string, of: (bundle: ModelBundle) => string): Difference => ({ what, one: of(one), other: of(other) });
  const rateOf = (bundle: ModelBundle): number => rate ?? budgetOf(bundle.calibration, shots, deviceClass).falseAlarmRate;
  return {
    shots,
    rate,
    lines: [
      line('learner', ({ metrics }) => metrics.learner),
      line('features', ({ spec }) => `${spec.elements.length}, ${spec.hash.slice(0, 12)}`),
      line('devices it was learned from', ({ metrics }) => String(metrics.devicesTrained)),
      line('windows it was learned from', ({ metrics }) => String(metrics.windows)),
      line('devices behind the threshold', ({ calibration }) => String(calibration.devices)),
      line(`threshold after ${shots} windows`, (bundle) => thresholdAt(bundle.calibration, shots, rateOf(bundle)).toFixed(3)),
      line('for a share of normal windows of', (bundle) => rateOf(bundle).toPrecision(3)),
      line('AUROC on held-out devices', aurocOf),
      line('regimes', ({ initialisation: { regimes } }) =>
        String(regimes === undefined ? 1 : regimes.location.length / one.initialisation.d - 1),
      ),
      line('own scale', ({ initialisation: { own } }) =>
        own === undefined ? 'none' : `${(100 * own.share).toFixed(0)} % of the score`,
      ),
      line('head', ({ initialisation: { head } }) =>
        head === null ? 'none' : `${head.hidden} hidden, ${head.innerSteps} inner steps`,
      ),
    ],
    shifts: one.spec.hash === other.spec.hash ? shiftsOf(one, other).slice(0, most) : [],
  };
}

function aurocOf({ metrics: { candidates, learner } }: ModelBundle): string {
  const chosen = candidates.find((candidate) => candidate.learner === learner);
  return chosen === undefined ? 'not judged' : `${chosen.auroc.toFixed(3)} (${chosen.judgedOn}, ${chosen.devices} devices)`;
}

/** Features that do not vary under either version have no shift. */
function shiftsOf(one: ModelBundle, other: ModelBundle): FeatureShift[] {
  const [{ location: from, scale }, { location: to, scale: next }] = [one.initialisation, other.initialisation];
  const size = ({ location, scale: factor }: FeatureShift): number => Math.max(Math.abs(location), Math.abs(Math.log(factor)));
  return one.spec.elements
    .map(({ name }, j) => ({ feature: name, location: (to[j] - from[j]) / scale[j], scale: next[j] / scale[j] }))
    .filter((shift) => Number.isFinite(shift.location) && shift.scale > 0 && Number.isFinite(shift.scale) && size(shift) > 0)
    .sort((a, b) => size(b) - size(a));
}
