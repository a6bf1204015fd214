// The whole of an evaluation as JSON: figures by set, method and shots, their means, and how they compare with the bar.
import type { FigureName, Figures } from '../metrics/device-figures.ts';
import type { Interval } from '../metrics/bootstrap.ts';
import type { EvaluationPlan } from '../protocol/evaluation-plan.ts';
import type { Shots } from '../protocol/score-device.ts';
import type { Failure, Role } from '../runner/run-evaluation.ts';
import type { ClassFacts } from '../runner/task.ts';
import type { ReachLine } from './reach.ts';

export type ReportedSet = { name: string; dataSet: string; classes: readonly ClassFacts[] };
export type ReportedMethod = { name: string; role: Role; isRandom: boolean; usesAnomalies: boolean };

/** Figures of one device, means over seeds. */
export type ReportedDevice = { deviceId: string; group: string; figures: Figures };

/** Means over devices; `counts` says over how many each is. `byGroup` only where the set has several groups. */
export type Row = Shots & {
  set: string;
  method: string;
  /** Mean number of support windows: less than `shots` where devices have no more. */
  supportWindows: number;
  figures: Figures;
  counts: Record<FigureName, number>;
  byGroup: Record<string, number | null>;
  devices: readonly ReportedDevice[];
};

/** Mean over sets of the means over devices. */
export type MacroRow = Shots & { method: string; sets: number; figures: Figures };

/** The best scratch detector of a set by mean AUROC. */
export type Bar = Shots & { set: string; method: string; auroc: number };

/** AUROC minus that of the bar on the same devices; `set` is null for the mean over sets. */
export type Comparison = Shots & { set: string | null; method: string; devices: number; difference: Interval };

export type Cost = { set: string; method: string; fitMs: number; adaptMs: number; scoreUs: number };

export type EvaluationReport = {
  kind: 'tocsin-evaluation';
  version: 1;
  /** What whoever ran it wants readers to know, how often the judged devices have been looked at, say. */
  note?: string;
  plan: EvaluationPlan;
  sets: readonly ReportedSet[];
  methods: readonly ReportedMethod[];
  rows: readonly Row[];
  macro: readonly MacroRow[];
  bars: readonly Bar[];
  comparisons: readonly Comparison[];
  /** The goals, and what was found. */
  reach: readonly ReachLine[];
  costs: readonly Cost[];
  /** What methods that had a choice made of a class, with the first seed. */
  origins: readonly { set: string; deviceClass: string; method: string; origin: string }[];
  /** Where methods had no answer, and why. */
  skips: readonly (Shots & { set: string; deviceClass: string; method: string; reason: string })[];
  failures: readonly Failure[];
};

/** Sets that are in the mean over sets: recorded ones, not their variants. */
export function macroSets(sets: readonly ReportedSet[]): string[] {
  return sets.filter(({ name, dataSet }) => name === dataSet).map(({ name }) => name);
}
