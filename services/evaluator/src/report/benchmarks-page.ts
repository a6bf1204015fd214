// docs/benchmarks.md from the report: what was measured, how, and where it loses. Pure.
import type { FigureName } from '../metrics/device-figures.ts';
import type { Role } from '../runner/run-evaluation.ts';
import type { EvaluationReport } from './evaluation-report.ts';
import { costTable, setTable } from './about-tables.ts';
import { featuredMethod } from './featured.ts';
import {
  allMethodsTable,
  barTable,
  figureTable,
  ingredientTable,
  labelTable,
  lossAt,
  macroTable,
  originTable,
  reachTable,
} from './page-tables.ts';
import { signed } from './text-table.ts';

const tableShots = 10;

/** The page. `curveFile` is where the picture lies, seen from the page. */
export function benchmarksPage(report: EvaluationReport, curveFile: string): string {
  const { plan, note } = report;
  const shots = plan.shots.includes(tableShots) ? tableShots : plan.shots[plan.shots.length - 1];
  const parts = [
    '<!-- Written by `tocsin evaluate`; edit its code, not this page. -->',
    '# Benchmarks',
    `Detection on devices that no model has seen (${plan.split}), judged strictly after the windows they were adapted on. ${howText(report)}`,
    ...(note === undefined ? [] : [note]),
    '## In short',
    reachTable(report),
    `![AUROC, AUPRC and false positives over the number of windows seen](${curveFile})`,
    ...againstBar(report, shots),
    `## AUROC of every method at K = ${shots}`,
    ...plan.anomalies.flatMap((anomalies) => [
      ...(plan.anomalies.length === 1 ? [] : [`### ${labelText(anomalies)}`]),
      allMethodsTable(report, shots, anomalies),
      lossText(report, shots, anomalies),
    ]),
    '## By number of windows seen',
    'Mean AUROC over sets.',
    macroTable(report),
    `## Other figures at K = ${shots}`,
    ...otherFigures.flatMap(({ name, title, text }) => [`### ${title}`, text, figureTable(report, name, shots)]),
    '## What was judged',
    setTable(report),
    '## Cost',
    'On one thread of the machine that ran it; median over sets.',
    costTable(report),
    ...notApplicable(report),
    ...(report.failures.length === 0 ? [] : ['## Failures', report.failures.map(failureLine).join('\n')]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The featured method in words and tables; nothing where no learner was evaluated. */
function againstBar(report: EvaluationReport, shots: number): string[] {
  const { plan, methods, origins } = report;
  const method = featuredMethod(report);
  if (method === null) return [];
  const named = (wanted: Role): string => methods.flatMap(({ name, role }) => (role === wanted ? [name] : [])).join(', ');
  const beside = named('baseline');
  return [
    `## ${method} against detectors from scratch`,
    `The bar of a set is the best of these detectors from scratch, chosen on the judged devices in its own favour, anew for every K: ${named('scratch')}. ` +
      (beside === '' ? '' : `Shown beside them, and never the bar: ${beside}. `) +
      `Differences in AUROC are paired by device; intervals are bootstrapped over devices. Losses of more than ${-lossAt} are bold.`,
    ...plan.shots.flatMap((count) => [`### K = ${count}`, barTable(report, count), setLosses(report, method, count)]),
    ...(plan.anomalies.length === 1
      ? []
      : [
          `### With labelled anomalies of the device itself, K = ${shots}`,
          'AUROC and difference to the bar on the same windows.',
          labelTable(report, shots),
        ]),
    `### Never below its best ingredient, K = ${tableShots}`,
    ingredientTable(report),
    ...(origins.length === 0 ? [] : ['### What devices adapt from', originTable(report)]),
  ];
}

function setLosses({ comparisons, plan }: EvaluationReport, method: string, shots: number): string {
  const here = comparisons.filter((entry) => entry.method === method && entry.shots === shots && entry.set !== null);
  const losses = here
    .filter(({ anomalies, difference }) => anomalies === plan.anomalies[0] && difference.mean < lossAt)
    .map(({ set, difference }) => `${set} (${signed(difference.mean)})`);
  if (here.length === 0) return 'Nothing to compare: no detector from scratch has an answer, or the method has none.';
  return losses.length === 0 ? 'Loses on no set.' : `Loses on ${losses.join(', ')}.`;
}

function labelText(anomalies: number): string {
  if (anomalies === 0) return 'Without labels of the device itself';
  return `With ${anomalies} labelled ${anomalies === 1 ? 'anomaly' : 'anomalies'} of the device itself`;
}

/** Where methods had no answer at any number of windows, once per reason. */
function notApplicable({ skips, rows }: EvaluationReport): string[] {
  const silent = skips.filter(({ set, method }) => !rows.some((row) => row.set === set && row.method === method));
  const reasons = new Map<string, Set<string>>();
  for (const { set, reason } of silent) reasons.set(reason, (reasons.get(reason) ?? new Set()).add(set));
  if (reasons.size === 0) return [];
  return ['## Not applicable', [...reasons].map(([reason, sets]) => `* ${reason}: ${[...sets].join(', ')}`).join('\n')];
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
  return [
    `Support: ${support} of the adaptation part.`,
    `Thresholds: ${plan.falseAlarmRate * 100} % on meta-train devices, cross-fitted in ${plan.folds} folds, becoming the device's`,
    `own as its later normal windows are seen; \`auto\` (the gate's choice) and \`tocsin\` (trained models) keep those of their bundle.`,
    `Methods with randomness in them: ${plan.seeds} ${plan.seeds === 1 ? 'seed' : 'seeds'}.`,
    'A window is anomalous if at least half of its rows are, or a whole event lies in it; other mixed windows are not judged.',
    'No point adjustment.',
  ].join(' ');
}

function lossText(report: EvaluationReport, shots: number, anomalies: number): string {
  const learners = new Set(report.methods.filter(({ role }) => role === 'learner').map(({ name }) => name));
  const losses = report.comparisons
    .filter((entry) => entry.shots === shots && entry.anomalies === anomalies && entry.set !== null && learners.has(entry.method))
    .filter(({ difference }) => difference.mean < lossAt);
  const bySet = new Map<string, string[]>();
  for (const { method, set, difference } of losses)
    bySet.set(method, [...(bySet.get(method) ?? []), `${set} (${signed(difference.mean)})`]);
  if (bySet.size === 0) return 'The bar is bold. No learner loses more than .02 to it.';
  const lines = [...bySet].map(([method, sets]) => `* ${method}: ${sets.join(', ')}`);
  return ['The bar is bold. Learners lose more than .02 to it here:', '', ...lines].join('\n');
}

function failureLine({ set, method, device, message }: EvaluationReport['failures'][number]): string {
  return `* ${[set, device ?? method ?? []].flat().join(', ')}: ${message}`;
}
