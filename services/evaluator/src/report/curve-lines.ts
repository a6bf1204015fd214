// What the picture draws: lines over the number of windows seen, for one set or for the mean over sets. Pure.
import { meanOf } from '../metrics/bootstrap.ts';
import type { FigureName, Figures } from '../metrics/device-figures.ts';
import { macroSets, type EvaluationReport } from './evaluation-report.ts';
import { shownLearners } from './featured.ts';

export type Line = { name: string; kind: 'learned' | 'bar'; points: { shots: number; value: number }[] };

/** The lines of a figure, in drawing order: the best detector from scratch per number of shots, then learners, the featured one last. */
export function curveLines(report: EvaluationReport, set: string | null, figure: FigureName): Line[] {
  const { plan, rows, macro } = report;
  const anomalies = plan.anomalies[0];
  const figuresAt = (method: string, shots: number): Figures | undefined => {
    const isHere = (row: { method: string; shots: number; anomalies: number }): boolean =>
      row.method === method && row.shots === shots && row.anomalies === anomalies;
    return set === null ? macro.find(isHere)?.figures : rows.find((row) => row.set === set && isHere(row))?.figures;
  };
  const lines = shownLearners(report).map((name): Line => ({
    name,
    kind: 'learned',
    points: points(plan.shots, (shots) => figuresAt(name, shots)?.[figure] ?? null),
  }));
  const bar: Line = {
    name: 'best from scratch',
    kind: 'bar',
    points: points(plan.shots, (shots) => barAt(report, set, shots, figure)),
  };
  return [bar, ...lines.toReversed()].filter((line) => line.points.length > 0);
}

/** The figure of the bar's own method; over sets the mean, where all sets have one. */
function barAt(report: EvaluationReport, set: string | null, shots: number, figure: FigureName): number | null {
  const sets = set === null ? macroSets(report.sets) : [set];
  const anomalies = report.plan.anomalies[0];
  const judged = sets.filter((name) => report.bars.some((bar) => bar.set === name));
  const values = judged.map((name) => {
    const isHere = (entry: { set: string; shots: number; anomalies: number }): boolean =>
      entry.set === name && entry.shots === shots && entry.anomalies === anomalies;
    const bar = report.bars.find(isHere);
    return report.rows.find((row) => isHere(row) && row.method === bar?.method)?.figures[figure] ?? null;
  });
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : meanOf(known);
}

function points(shots: readonly number[], valueAt: (shots: number) => number | null): Line['points'] {
  return shots.flatMap((count) => {
    const value = valueAt(count);
    return value === null ? [] : [{ shots: count, value }];
  });
}
