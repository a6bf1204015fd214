// The figures that the terminal shows when an evaluation is done. Pure.
import type { EvaluationReport } from '@tocsin/evaluator';
import { tableLines, type Column } from '../terminal/table.ts';

const shownShots = 10;

/** AUROC by method and set at K = 10 without own labels (or the first numbers that were asked for). */
export function summaryLines({ plan, rows, macro, sets, methods }: EvaluationReport): string[] {
  const shots = plan.shots.includes(shownShots) ? shownShots : plan.shots[plan.shots.length - 1];
  const anomalies = plan.anomalies[0];
  const isShown = (row: { shots: number; anomalies: number }): boolean => row.shots === shots && row.anomalies === anomalies;
  const figure = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(3));
  const columns: Column<string>[] = [
    { title: `AUROC, K = ${shots}`, align: 'left', cell: (method) => method },
    ...sets.map(({ name }): Column<string> => ({
      title: name,
      align: 'right',
      cell: (method) => figure(rows.find((row) => isShown(row) && row.set === name && row.method === method)?.figures.auroc),
    })),
    {
      title: 'mean',
      align: 'right',
      cell: (method) => figure(macro.find((row) => isShown(row) && row.method === method)?.figures.auroc),
    },
  ];
  return tableLines(
    methods.map(({ name }) => name),
    columns,
  );
}
