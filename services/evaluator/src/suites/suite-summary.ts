// The figures of a suite, from the scored files. Pure.
import { nabFile, nabResultFiles, nabScores, type ResultFile } from './nab-results.ts';
import type { NabProfile, NabScore } from './nab-score.ts';
import type { ScoredFile } from './score-file.ts';
import { skabResultFiles } from './skab-results.ts';
import { skabChangepoint, skabOutlier, type SkabChangepoint, type SkabOutlier } from './skab-score.ts';
import { rowLabels } from './suite-file.ts';
import type { SuitePlan } from './suite-plans.ts';

type Common = {
  kind: 'tocsin-suite';
  version: 1;
  learner: string;
  /** `tuning`: each file by a learner fitted on others; `held-out`: files that nothing was tuned on. */
  judged: 'tuning' | 'held-out';
  plan: Omit<SuitePlan, 'supportRows' | 'suite'>;
  files: { name: string; rows: number; supportWindows: number }[];
};

export type NabSummary = Common & { suite: 'nab'; profiles: Record<NabProfile, NabScore> };

/** `outlier` over all rows, as the leaderboard; `afterTraining` over those after the first 400 only, which no detector gets for free. */
export type SkabSummary = Common & {
  suite: 'skab';
  outlier: SkabOutlier;
  afterTraining: SkabOutlier;
  perFile: ({ name: string } & SkabOutlier)[];
  changepoint: SkabChangepoint;
};

export type SuiteSummary = NabSummary | SkabSummary;

/** The summary, and the files that the suite's own scorer reads. */
export function summarise(
  scored: readonly ScoredFile[],
  plan: SuitePlan,
  learner: string,
  judged: Common['judged'],
): { summary: SuiteSummary; results: ResultFile[] } {
  const { suite, supportRows, ...shown } = plan;
  const files = scored.map(({ file, supportWindows }) => ({ name: file.name, rows: file.timesMs.length, supportWindows }));
  const common: Common = { kind: 'tocsin-suite', version: 1, learner, judged, plan: shown, files };
  if (suite === 'nab') {
    const rows = scored.map((one) => nabFile(one, plan.newsRows));
    const profiles = nabScores(rows);
    return { summary: { ...common, suite, profiles }, results: nabResultFiles(scored, rows, profiles) };
  }
  const runs = scored.map(({ file, isAlarm }) => ({ predicted: isAlarm, actual: rowLabels(file) }));
  const later = runs.map(({ predicted, actual }) => {
    const from = supportRows(actual.length);
    return { predicted: predicted.subarray(from), actual: actual.subarray(from) };
  });
  const changes = scored.map(({ file, isAlarm }) => {
    return { timesMs: file.timesMs, predicted: isAlarm, changepoints: file.changepoints };
  });
  const summary: SkabSummary = {
    ...common,
    suite,
    outlier: skabOutlier(runs),
    afterTraining: skabOutlier(later),
    perFile: runs.map((run, i) => ({ name: files[i].name, ...skabOutlier([run]) })),
    changepoint: skabChangepoint(changes),
  };
  return { summary, results: skabResultFiles(scored) };
}
