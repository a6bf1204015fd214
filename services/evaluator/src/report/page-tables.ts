// The tables of the benchmarks page. Pure.
import type { FigureName } from '../metrics/device-figures.ts';
import type { Comparison, EvaluationReport, Row } from './evaluation-report.ts';

type Cell = (method: string) => string;

/** Means of a figure, one line per set; the bar of AUROC in bold. */
export function figureTable(report: EvaluationReport, figure: FigureName, shots: number, anomalies: number): string {
  const digits = figure === 'falseAlarmsPerDay' || figure === 'delayWindows' ? 1 : 3;
  const here = report.rows.filter((row) => row.shots === shots && row.anomalies === anomalies);
  const lines = report.sets.map(({ name }) => {
    const rows = here.filter((row) => row.set === name);
    const bar = report.bars.find((entry) => entry.set === name && entry.shots === shots && entry.anomalies === anomalies);
    const cell: Cell = (method) => {
      const text = fixed(rows.find((row) => row.method === method)?.figures[figure] ?? null, digits);
      return figure === 'auroc' && method === bar?.method ? `**${text}**` : text;
    };
    return [name, String(devicesOf(rows, figure)), ...report.methods.map(({ name: method }) => cell(method))];
  });
  const macro = report.macro.filter((row) => row.shots === shots && row.anomalies === anomalies);
  const mean = report.methods.map(({ name }) =>
    fixed(macro.find(({ method }) => method === name)?.figures[figure] ?? null, digits),
  );
  return table(
    ['set', 'devices', ...report.methods.map(({ name }) => name)],
    [...lines, [`mean of ${Math.max(0, ...macro.map((row) => row.sets))} sets`, '', ...mean]],
  );
}

/** Learners against the bar, one line per set, and over sets. */
export function comparisonTable(report: EvaluationReport, shots: number, anomalies: number): string {
  const here = report.comparisons.filter((entry) => entry.shots === shots && entry.anomalies === anomalies);
  const shown = report.methods.filter(({ role }) => role === 'learner');
  const cellOf =
    (set: string | null): Cell =>
    (method) => {
      const found = here.find((entry) => entry.set === set && entry.method === method);
      return found === undefined ? '–' : differenceText(found);
    };
  const sets: (string | null)[] = [...report.sets.map(({ name }) => name), null];
  return table(
    ['set', 'bar', ...shown.map(({ name }) => name)],
    sets.map((set) => {
      const bar = report.bars.find((entry) => entry.set === set && entry.shots === shots && entry.anomalies === anomalies);
      return [
        set ?? 'mean over sets',
        bar === undefined ? '' : `${bar.method} ${fixed(bar.auroc, 3)}`,
        ...shown.map(({ name }) => cellOf(set)(name)),
      ];
    }),
  );
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

/** What there was to learn from and to judge. */
export function setTable({ sets }: EvaluationReport): string {
  const lines = sets.flatMap(({ name, classes }) =>
    classes.map((facts) => [
      name,
      facts.name === name ? '' : facts.name,
      `${facts.trainDevices}`,
      `${facts.judgedDevices}`,
      `${facts.samples}/${facts.hop}`,
      `${facts.d}`,
      `${facts.judgedWindows}`,
      `${facts.anomalousWindows}`,
      `${facts.events}`,
    ]),
  );
  return table(['set', 'class', 'learnt from', 'judged', 'window/hop', 'd', 'windows', 'anomalous', 'events'], lines);
}

/** Medians over sets. */
export function costTable({ methods, costs }: EvaluationReport): string {
  const lines = methods.map(({ name }) => {
    const own = costs.filter(({ method }) => method === name);
    return [
      name,
      median(own.map(({ fitMs }) => fitMs)),
      median(own.map(({ adaptMs }) => adaptMs)),
      median(own.map(({ scoreUs }) => scoreUs)),
    ];
  });
  return table(['method', 'fit, ms', 'adapt, ms', 'score, us'], lines);
}

function devicesOf(rows: readonly Row[], figure: FigureName): number {
  return rows.reduce((most, { counts }) => Math.max(most, counts[figure]), 0);
}

/** `+0.012`. */
export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}

function differenceText({ difference, devices }: Comparison): string {
  const interval = devices < 2 ? 'one device' : `${signed(difference.low)} to ${signed(difference.high)}`;
  return `${signed(difference.mean)} (${interval})`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

function median(values: readonly number[]): string {
  return values.length === 0 ? '–' : values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)].toPrecision(2);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...lines.map(row)].join('\n');
}
