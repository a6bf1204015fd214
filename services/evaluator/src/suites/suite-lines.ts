// The section of the benchmarks page about a suite: figures, how they came about, and the class configuration behind them. Pure.
import type { NabSummary, SkabSummary, SuiteSummary } from './suite-summary.ts';

const chosenOn =
  'Window, learner and false-alarm rate were chosen on the meta-train and meta-validation devices of the recorded set: figures on these flatter.';

/** Markdown lines, from a heading of the second level on. */
export function suiteLines(summary: SuiteSummary): string[] {
  return summary.suite === 'nab' ? nabLines(summary) : skabLines(summary);
}

/** For a terminal: titles and rows. */
export function suiteTable(summary: SuiteSummary): { titles: string[]; rows: string[][] } {
  const files = String(summary.files.length);
  if (summary.suite === 'nab') {
    const titles = ['profile', 'files', 'NAB score', 'found', 'false positives', 'threshold'];
    const rows = Object.entries(summary.profiles).map(([profile, score]) => {
      const { normalised, found, windows, falsePositives, threshold } = score;
      return [profile, files, normalised.toFixed(2), `${found} of ${windows}`, String(falsePositives), threshold.toFixed(4)];
    });
    return { titles, rows };
  }
  const row = (name: string, { f1, far, mar }: SkabSummary['outlier']): string[] => [
    name,
    files,
    fixed(f1, 3),
    fixed(far, 2),
    fixed(mar, 2),
  ];
  return {
    titles: ['rows', 'files', 'F1', 'FAR, %', 'MAR, %'],
    rows: [row('all (leaderboard)', summary.outlier), row('after the first 400', summary.afterTraining)],
  };
}

function nabLines(summary: NabSummary): string[] {
  return [
    '## NAB',
    '',
    `${countOf(summary)}, strictly causal, scored by NAB's rules (probationary period, early detections worth more, the threshold that is`,
    'best for the whole corpus). 0 is silence, 100 is perfect.',
    '',
    `A row counts only where it is the highest of ${summary.plan.newsRows + 1}, because NAB charges every row of a false alarm where the live path raises one`,
    'alert. This thinning belongs to the suite, it is no setting of a class. ',
    chosenOn,
    '',
    ...markdown(summary),
    '',
    'On all 58 files numenta/NAB publishes 39.65 (standard) for windowedGaussian, 16.83 for random and 70.10 for numenta.',
    '',
    ...classLines(summary),
  ];
}

function skabLines(summary: SkabSummary): string[] {
  const { standard, lowFP, lowFN } = summary.changepoint;
  return [
    '## SKAB',
    '',
    `${countOf(summary)}, strictly causal, rows of all runs together as on SKAB's leaderboard: no alarms while the first 400 rows of a run are`,
    'learnt. A row is in alarm while an alert is open. Unlike the detectors of the leaderboard a learner of the `head-` or `eb-mw` family has',
    `seen labelled faults of other runs of the same rig, never of the run that it is judged on. ${chosenOn}`,
    '',
    ...markdown(summary),
    '',
    `Changepoints (window of 30 s): NAB ${standard.toFixed(2)} standard, ${lowFP.toFixed(2)} low FP, ${lowFN.toFixed(2)} low FN.`,
    'On all 34 runs the leaderboard has Conv-AE first with F1 .79 at FAR 13.69 % and MAR 17.77 %.',
    '',
    ...classLines(summary),
  ];
}

function countOf({ files, judged, plan }: SuiteSummary): string {
  if (plan.prior === 'none') return `${files.length} files, each by its own windows only`;
  return `${files.length} files ${judged === 'held-out' ? 'that nothing was tuned on' : 'each scored by what was learnt from others'}`;
}

/** What to write into `tocsin.yaml` for devices of this kind. */
function classLines({ plan, suite, learner }: SuiteSummary): string[] {
  const { window, supportWindows, decision } = plan;
  const inline = (fields: object): string =>
    `{ ${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ')} }`;
  return [
    'The class of these devices, for a configuration:',
    '',
    '```yaml',
    `${suite === 'skab' ? 'testbed' : 'metric'}:`,
    `  window: ${inline(window)}`,
    `  learner: ${learner}`,
    `  supportWindows: ${supportWindows}`,
    '  keepLearning: false',
    ...(suite === 'skab' ? [`  decision: ${inline(decision)}`] : []),
    '```',
  ];
}

function markdown(summary: SuiteSummary): string[] {
  const { titles, rows } = suiteTable(summary);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
