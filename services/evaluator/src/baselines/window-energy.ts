// One-line detectors of the time-series literature (Paparrizos et al., "TSB-UAD", PVLDB 15, 2022; Wu & Keogh, arXiv:2009.13807), read
// from the feature vector, which holds the logarithms of what they need.
import type { FeatureSpec } from '@tocsin/schemas';
import { NotApplicable, type LabelledFleet, type Learner } from '@tocsin/models';

/** Share of the fleet's mean energy that a device's own counts at least as. */
const floor = 1e-4;

/** Elements whose sum is the ln of a deviation, one list per channel. */
type Terms = (spec: FeatureSpec) => number[][];

/** Mean over channels of the window's variance. */
export function movingVariance(): Learner {
  return energyLearner('moving-variance', (spec) => termsOf(spec, spec.kind === 'slow' ? ['sd (ln)'] : ['rms (ln)']));
}

/** Mean over channels of the window's squared first differences. */
export function squaredDifference(): Learner {
  return energyLearner('squared-difference', (spec) =>
    termsOf(spec, spec.kind === 'slow' ? ['step sd (ln)'] : ['mobility (ln)', 'rms (ln)']),
  );
}

/** ln of the mean over channels of energy / mean energy in the support, or in the fleet without support. */
function energyLearner(name: string, terms: Terms): Learner {
  return {
    name,
    isRandom: false,
    usesAnomalies: false,
    fit(fleet: LabelledFleet) {
      const lists = terms(fleet.spec);
      const d = fleet.spec.elements.length;
      const shared = meanEnergies(
        fleet.devices.flatMap(({ windows, labels }) => normalRows(windows, labels, d)),
        lists,
      );
      return {
        adapt(normals) {
          const rows = rowsOf(normals, d);
          if (rows.length === 0 && shared === null) throw new NotApplicable(`${name} needs a support window or a fleet`);
          const own = meanEnergies(rows, lists) ?? shared ?? [];
          const unit = own.map((energy, c) => Math.max(energy, floor * (shared?.[c] ?? 0), 1e-12));
          return (x) => Math.log(lists.reduce((sum, list, c) => sum + energyOf(x, list) / unit[c], 0) / lists.length + 1e-12);
        },
      };
    },
  };
}

function termsOf({ channels, elements }: FeatureSpec, names: readonly string[]): number[][] {
  return channels.map((channel) => names.map((name) => elements.findIndex((element) => element.name === `${channel}.${name}`)));
}

function meanEnergies(rows: readonly Float32Array[], lists: readonly number[][]): number[] | null {
  if (rows.length === 0) return null;
  return lists.map((list) => rows.reduce((sum, row) => sum + energyOf(row, list), 0) / rows.length);
}

function energyOf(x: Float32Array, list: readonly number[]): number {
  return Math.exp(2 * list.reduce((sum, j) => sum + x[j], 0));
}

function rowsOf(windows: Float32Array, d: number): Float32Array[] {
  return Array.from({ length: windows.length / d }, (_, k) => windows.subarray(k * d, (k + 1) * d));
}

function normalRows(windows: Float32Array, labels: Int8Array, d: number): Float32Array[] {
  return rowsOf(windows, d).filter((_, k) => labels[k] === 0);
}
