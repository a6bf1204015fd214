// The tables of the benchmarks page. Pure.
import type { FigureName } from '../metrics/device-figures.ts';
import type { Comparison, EvaluationReport } from './evaluation-report.ts';
import { featuredMethod, shownLearners } from './featured.ts';
import { ingredientRows } from './reach.ts';
import { fixed, signed, table } from './text-table.ts';

/** A difference to the bar that large is a loss worth bold type. */
export const lossAt = -0.02;
const ingredientLossAt = -0.01;

/** The goals, and what was found. */
export function reachTable({ reach }: EvaluationReport): string {
  const lines = reach.map(({ goal, method, atLeast, atMost, found, isReached, detail }) => {
    const isShare = atMost !== null;
    const figure = (value: number): string =>
      isShare ? `${(100 * value).toFixed(1)} %` : goal.startsWith('AUROC') ? fixed(value, 3) : signed(value);
    const limit = isShare ? `at most ${figure(atMost)}` : `at least ${figure(atLeast ?? 0)}`;
    const verdict = isReached === null ? '–' : isReached ? 'yes' : '**no**';
    return [goal, method ?? '–', limit, found === null ? '–' : figure(found), verdict, detail];
  });
  return table(['goal', 'method', 'wanted', 'found', 'reached', ''], lines);
}

/** The featured method against the bar of every set at one number of windows, and over sets. Losses are bold. */
export function barTable(report: EvaluationReport, shots: number): string {
  const method = featuredMethod(report);
  const [first] = report.plan.anomalies;
  const sets: (string | null)[] = [...report.sets.map(({ name }) => name), null];
  const lines = sets.flatMap((set) => {
    const own = comparisonOf(report, set, method, shots, first);
    const bar = barOf(report, set, shots, first);
    const auroc = rowOf(report, set, method, shots, first)?.figures.auroc ?? null;
    if (own === undefined && bar === undefined && auroc === null) return [];
    return [
      [
        set ?? 'mean over sets',
        own === undefined ? '' : `${own.devices}`,
        bar === undefined ? (set === null ? '' : 'none') : `${bar.method} ${fixed(bar.auroc, 3)}`,
        set === null ? '' : fixed(auroc, 3),
        own === undefined ? '–' : differenceText(own),
      ],
    ];
  });
  return table(['set', 'devices', 'bar', method ?? '–', 'difference (95 % interval)'], lines);
}

/** The featured method against the bar with labels of the device itself. */
export function labelTable(report: EvaluationReport, shots: number): string {
  const method = featuredMethod(report);
  const { anomalies } = report.plan;
  const sets: (string | null)[] = [...report.sets.map(({ name }) => name), null];
  const lines = sets.map((set) => [
    set ?? 'mean over sets',
    ...anomalies.map((count) => {
      const found = comparisonOf(report, set, method, shots, count);
      const auroc = rowOf(report, set, method, shots, count)?.figures.auroc ?? null;
      const value = auroc === null ? '' : `${fixed(auroc, 3)}, `;
      return found === undefined ? '–' : `${value}${boldLoss(signed(found.difference.mean), found.difference.mean, lossAt)}`;
    }),
  ]);
  return table(['set', ...anomalies.map((count) => `L = ${count}`)], lines);
}

/** The featured method beside the best of the learners it chooses from. */
export function ingredientTable(report: EvaluationReport): string {
  const lines = ingredientRows(report).flatMap(({ set, best, own, difference }) => {
    if (best === null || own === null || difference === null) return [];
    const found = boldLoss(signed(difference), difference, ingredientLossAt);
    return [[set, `${best.method} ${fixed(best.figures.auroc, 3)}`, fixed(own.figures.auroc, 3), found]];
  });
  return table(['set', 'best ingredient', featuredMethod(report) ?? '–', 'difference'], lines);
}

/** What a method that had a choice made of each class. */
export function originTable({ origins }: EvaluationReport): string {
  return table(
    ['class', 'method', 'adapts from'],
    origins.map(({ deviceClass, method, origin }) => [deviceClass, method, origin]),
  );
}

/** AUROC of all methods, one line each, sets across; the bar of a set is bold. */
export function allMethodsTable(report: EvaluationReport, shots: number, anomalies: number): string {
  const sets = report.sets.filter(({ name }) => barOf(report, name, shots, anomalies) !== undefined);
  const lines = report.methods.map(({ name }) => {
    const cells = sets.map(({ name: set }) => {
      const text = fixed(rowOf(report, set, name, shots, anomalies)?.figures.auroc ?? null, 3);
      return barOf(report, set, shots, anomalies)?.method === name ? `**${text}**` : text;
    });
    const macro = report.macro.find((row) => row.method === name && row.shots === shots && row.anomalies === anomalies);
    return [name, ...cells, fixed(macro?.figures.auroc ?? null, 3)];
  });
  return table(['method', ...sets.map(({ name }) => name), 'mean'], lines);
}

/** Means of a figure for the bar of AUROC and the learners that are shown, one line per set. */
export function figureTable(report: EvaluationReport, figure: FigureName, shots: number): string {
  const digits = figure === 'falseAlarmsPerDay' || figure === 'delayWindows' ? 1 : 3;
  const shown = shownLearners(report);
  const [first] = report.plan.anomalies;
  const lines = report.sets.map(({ name: set }) => {
    const value = (method: string | undefined): string =>
      fixed(rowOf(report, set, method ?? null, shots, first)?.figures[figure] ?? null, digits);
    return [set, value(barOf(report, set, shots, first)?.method), ...shown.map(value)];
  });
  return table(['set', 'bar', ...shown], lines);
}

/** AUROC over sets by number of windows. */
export function macroTable({ plan, methods, macro }: EvaluationReport): string {
  const lines = methods.map(({ name }) => [
    name,
    ...plan.shots.map((shots) => {
      const row = macro.find((entry) => entry.method === name && entry.shots === shots && entry.anomalies === plan.anomalies[0]);
      return fixed(row?.figures.auroc ?? null, 3);
    }),
  ]);
  return table(['method', ...plan.shots.map((shots) => `K = ${shots}`)], lines);
}

function comparisonOf(report: EvaluationReport, set: string | null, method: string | null, shots: number, anomalies: number) {
  const isHere = (entry: Comparison): boolean => entry.set === set && entry.method === method;
  return report.comparisons.find((entry) => isHere(entry) && entry.shots === shots && entry.anomalies === anomalies);
}

function rowOf({ rows }: EvaluationReport, set: string | null, method: string | null, shots: number, anomalies: number) {
  const here = rows.filter((row) => row.shots === shots && row.anomalies === anomalies);
  return here.find((row) => row.set === set && row.method === method);
}

function barOf({ bars }: EvaluationReport, set: string | null, shots: number, anomalies: number) {
  return bars.find((entry) => entry.set === set && entry.shots === shots && entry.anomalies === anomalies);
}

function differenceText({ difference, devices }: Comparison): string {
  const interval = devices < 2 ? 'one device' : `${signed(difference.low)} to ${signed(difference.high)}`;
  return `${boldLoss(signed(difference.mean), difference.mean, lossAt)} (${interval})`;
}

function boldLoss(text: string, value: number, limit: number): string {
  return value < limit ? `**${text}**` : text;
}
