// docs/benchmarks.md from the report: what was measured, how, and where it loses. Pure.
import type { FigureName } from '../metrics/device-figures.ts';
import type { EvaluationReport } from './evaluation-report.ts';
import { comparisonTable, costTable, figureTable, macroTable, setTable, signed } from './page-tables.ts';

const tableShots = 10;
/** A difference that large is worth a line. */
const lossAt = -0.02;

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
    `${plan.folds} folds, moved with the device's own median score after 100 windows. Methods with randomness in them: ${plan.seeds} seeds. A window is anomalous if at least half of its rows are, or a whole ` +
    'event lies in it; other mixed windows are not judged. No point adjustment.'
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

function failureLine({ set, method, message }: EvaluationReport['failures'][number]): string {
  return `* ${set}${method === null ? '' : `, ${method}`}: ${message}`;
}
