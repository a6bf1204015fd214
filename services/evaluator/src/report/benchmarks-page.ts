// docs/benchmarks.md from the report: what was measured, how, and where it loses. Pure.
import type { FigureName } from '../metrics/device-figures.ts';
import type { Comparison, EvaluationReport, Row } from './evaluation-report.ts';

const tableShots = 10;
/** A difference that large is worth a line. */
const lossAt = -0.02;

type Cell = (method: string) => string;

/** The page. `curveFile` is where the picture lies, seen from the page. */
export function benchmarksPage(report: EvaluationReport, curveFile: string): string {
  const { plan } = report;
  const shots = plan.shots.includes(tableShots) ? tableShots : plan.shots[plan.shots.length - 1];
  const parts = [
    '<!-- Written by `tocsin evaluate`; edit its code, not this page. -->',
    '# Benchmarks',
    `Detection on devices that no model has seen (${plan.split}), judged strictly after the windows they were adapted on. ${howText(report)}`,
    `![AUROC, AUPRC and false positives over the number of windows seen](${curveFile})`,
    ...plan.anomalies.flatMap((anomalies) => [
      `## AUROC at K = ${shots}${anomalies === 0 ? '' : `, ${anomalies} labelled ${anomalies === 1 ? 'anomaly' : 'anomalies'} of the device itself`}`,
      'The best detector from scratch is the bar of its set, in bold. It is chosen on the judged devices, in its own favour. Detectors from scratch: ' +
        report.methods
          .filter(({ role }) => role === 'scratch')
          .map(({ name }) => name)
          .join(', ') +
        '.',
      figureTable(report, 'auroc', shots, anomalies),
      '### Against the bar',
      'Paired difference in AUROC per device to the bar of its set, mean and 95 % bootstrap interval over devices.',
      comparisonTable(report, shots, anomalies),
      lossText(report, shots, anomalies),
    ]),
    '## Other figures',
    ...otherFigures.flatMap(({ name, title, text }) => [
      `### ${title} at K = ${shots}`,
      text,
      figureTable(report, name, shots, 0),
    ]),
    '## By number of windows seen',
    'Mean AUROC over sets.',
    macroTable(report),
    '## What was judged',
    setTable(report),
    '## Cost',
    'On one thread of the machine that ran it; median over sets.',
    costTable(report),
    ...(report.failures.length === 0 ? [] : ['## Failures', ...report.failures.map(failureLine)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

const otherFigures: readonly { name: FigureName; title: string; text: string }[] = [
  { name: 'auprc', title: 'AUPRC', text: 'Average precision; chance is the share of anomalous windows.' },
  { name: 'vusPr', title: 'VUS-PR', text: 'Volume under the range-based PR surface (Paparrizos et al., PVLDB 15, 2022).' },
  { name: 'eventRecall', title: 'Event recall', text: 'Share of events with a window over the threshold.' },
  {
    name: 'falsePositiveRate',
    title: 'False positive rate',
    text: 'Share of normal windows over a threshold that was set for 1 % on other devices.',
  },
  { name: 'falseAlarmsPerDay', title: 'False alarms per device and day', text: 'Runs of normal windows over the threshold.' },
  { name: 'delayWindows', title: 'Delay', text: 'Hops from the start of a found event to the end of the window that found it.' },
];

function howText({ plan }: EvaluationReport): string {
  const support = plan.support === 'first' ? 'the first K windows in a row' : 'K windows at random';
  return (
    `Support: ${support} of the adaptation part. Thresholds: ${plan.falseAlarmRate * 100} % on meta-train devices, cross-fitted in ` +
    `${plan.folds} folds. Methods with randomness in them: ${plan.seeds} seeds. A window is anomalous if at least half of its rows are, or a whole ` +
    'event lies in it; other mixed windows are not judged. No point adjustment.'
  );
}

function figureTable(report: EvaluationReport, figure: FigureName, shots: number, anomalies: number): string {
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

function comparisonTable(report: EvaluationReport, shots: number, anomalies: number): string {
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

function lossText(report: EvaluationReport, shots: number, anomalies: number): string {
  const learners = new Set(report.methods.filter(({ role }) => role === 'learner').map(({ name }) => name));
  const losses = report.comparisons
    .filter((entry) => entry.shots === shots && entry.anomalies === anomalies && entry.set !== null && learners.has(entry.method))
    .filter(({ difference }) => difference.mean < lossAt)
    .toSorted((one, two) => one.difference.mean - two.difference.mean)
    .map((entry) => `${entry.method} on ${entry.set} (${signed(entry.difference.mean)})`);
  return losses.length === 0 ? 'No loss of more than .02.' : `Losses of more than .02: ${losses.join(', ')}.`;
}

function macroTable({ plan, methods, macro }: EvaluationReport): string {
  const lines = methods.map(({ name }) => [
    name,
    ...plan.shots.map((shots) => {
      const row = macro.find((entry) => entry.method === name && entry.shots === shots && entry.anomalies === plan.anomalies[0]);
      return fixed(row?.figures.auroc ?? null, 3);
    }),
  ]);
  return table(['method', ...plan.shots.map((shots) => `K = ${shots}`)], lines);
}

function setTable({ sets }: EvaluationReport): string {
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

function costTable({ methods, costs }: EvaluationReport): string {
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

function failureLine({ set, method, message }: EvaluationReport['failures'][number]): string {
  return `* ${set}${method === null ? '' : `, ${method}`}: ${message}`;
}

function devicesOf(rows: readonly Row[], figure: FigureName): number {
  return rows.reduce((most, { counts }) => Math.max(most, counts[figure]), 0);
}

function differenceText({ difference, devices }: Comparison): string {
  const interval = devices < 2 ? 'one device' : `${signed(difference.low)} to ${signed(difference.high)}`;
  return `${signed(difference.mean)} (${interval})`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
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
