// Scores all files of a suite, each by a learner that has not seen it.
import { parseDeviceClass } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import { NotApplicable, type FittedLearner, type Learner } from '@tocsin/models';
import type { Calibration, FeatureSpec } from '@tocsin/schemas';
import { crossFit, crossFittedCalibration, fleetOf } from '../protocol/cross-fit.ts';
import { cutRows, type CutFile } from './cut-rows.ts';
import { scoreFile, supportOf, type ScoredFile } from './score-file.ts';
import type { SuiteFile } from './suite-file.ts';
import type { SuitePlan } from './suite-plans.ts';

export type SuiteProgress = (share: number, text: string) => void;

const innerPlan = { folds: 4, calibrationDevices: 60, support: 'first' } as const;
const seed = 1;

/** Files of one class: the same channels and period. */
type FileClass = { name: string; spec: FeatureSpec; cuts: CutFile[] };

/**
 * `judge` says which files are scored. `tuning`: those that are not held out, dealt into folds, each scored by a learner fitted on the
 * other folds; `held-out`: the others, by a learner fitted on all that are not. Thresholds come from other files, too.
 */
export async function scoreSuite(
  files: readonly SuiteFile[],
  learner: Learner,
  plan: SuitePlan,
  judge: 'tuning' | 'held-out',
  onProgress: SuiteProgress = () => {},
): Promise<ScoredFile[]> {
  const scored: ScoredFile[] = [];
  const classes = classesOf(files, plan);
  let done = 0;
  for (const { name, spec, cuts } of classes) {
    const known = cuts.filter(({ file }) => file.split !== 'meta-test');
    const wanted = judge === 'held-out' ? cuts.filter(({ file }) => file.split === 'meta-test') : known;
    for (const part of partsOf(known, wanted, judge, plan)) {
      const judged = part.judged.filter(({ file }) => file.isJudged);
      const fit = plan.prior === 'none' || judged.length === 0 ? null : await fitted(learner, name, spec, part.rest, plan);
      for (const cut of judged) {
        const own = fit ?? { fitted: await fittedAlone(learner, name, spec, cut, plan), calibration: null };
        if (own.fitted === null) scored.push(silent(cut.file));
        else scored.push(await scoreFile(cut, own.fitted, own.calibration, plan));
      }
      done += part.judged.length / Math.max(1, wanted.length);
      onProgress(done / classes.length, name);
    }
  }
  return scored.toSorted((one, two) => (one.file.name < two.file.name ? -1 : 1));
}

/** Median time between rows decides the period; SKAB's and most of NAB's files have one of their own kind. */
function classesOf(files: readonly SuiteFile[], plan: SuitePlan): FileClass[] {
  const groups = new Map<string, SuiteFile[]>();
  for (const file of files) {
    const kind = `${stepOf(file.timesMs)} ms ${file.channels.join()}`;
    groups.set(kind, [...(groups.get(kind) ?? []), file]);
  }
  return [...groups.values()].map((members) => {
    const { timesMs, channels } = members[0];
    const name = groups.size === 1 ? plan.suite : `${plan.suite}-${stepOf(timesMs) / 1000}s`;
    const { window, supportWindows, decision } = plan;
    const input = { channels: [...channels], rateHz: 1000 / stepOf(timesMs), window, supportWindows, decision };
    const deviceClass = parseDeviceClass(name, input);
    const spec = createFeatureSpec(deviceClass);
    const cuts = members.map((file) => cutRows(file, deviceClass, spec, plan.supportRows(file.timesMs.length)));
    return { name, spec, cuts };
  });
}

function stepOf(timesMs: Float64Array): number {
  const steps = Array.from({ length: timesMs.length - 1 }, (_, i) => timesMs[i + 1] - timesMs[i]).filter((step) => step > 0);
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1000;
}

function partsOf(
  known: readonly CutFile[],
  wanted: readonly CutFile[],
  judge: 'tuning' | 'held-out',
  { folds }: SuitePlan,
): { rest: readonly CutFile[]; judged: readonly CutFile[] }[] {
  if (judge === 'held-out') return [{ rest: known, judged: wanted }];
  return Array.from({ length: Math.min(folds, known.length) }, (_, fold) => ({
    rest: known.filter((_cut, i) => i % folds !== fold),
    judged: known.filter((_cut, i) => i % folds === fold),
  }));
}

type Fit = { fitted: FittedLearner | null; calibration: Calibration | null };

async function fitted(
  learner: Learner,
  name: string,
  spec: FeatureSpec,
  rest: readonly CutFile[],
  plan: SuitePlan,
): Promise<Fit> {
  const tables = rest.map(({ table }) => table);
  const whole = await unlessTooLittle(() => learner.fit(fleetOf(spec, tables, name), { seed }));
  if (whole === null) return { fitted: null, calibration: null };
  if (whole.calibrationOf !== undefined) return { fitted: whole, calibration: null };
  const shots = Math.max(0, ...rest.map((cut) => supportOf(cut, plan)));
  const folds = await crossFit(learner, spec, tables, innerPlan, seed, name);
  return { fitted: whole, calibration: await crossFittedCalibration(folds, { shots, anomalies: 0 }, innerPlan, seed) };
}

/** Own windows only: the fleet is the file's support. */
async function fittedAlone(learner: Learner, name: string, spec: FeatureSpec, cut: CutFile, plan: SuitePlan) {
  const n = supportOf(cut, plan);
  if (n === 0) return null;
  const { table } = cut;
  const own = { ...table, n, windows: table.windows.slice(0, n * table.d), labels: new Int8Array(n) };
  return unlessTooLittle(() => learner.fit(fleetOf(spec, [own], name), { seed }));
}

async function unlessTooLittle(fit: () => FittedLearner | Promise<FittedLearner>): Promise<FittedLearner | null> {
  try {
    return await fit();
  } catch (error) {
    if (error instanceof NotApplicable) return null;
    throw error;
  }
}

/** Nothing to go by: never scored, never alarmed. */
function silent(file: SuiteFile): ScoredFile {
  const rows = file.timesMs.length;
  return { file, supportWindows: 0, scores: new Float64Array(rows).fill(Number.NaN), isAlarm: new Uint8Array(rows) };
}
