// What a person would write into the configuration for a fleet like a suite's, and how much of a file may be learnt from.
import type { SuiteName } from './suite-file.ts';

export type SuitePlan = {
  suite: SuiteName;
  /** How a class is learned, by the name of its learner. */
  learner: string;
  /** Whom the prior comes from: other files, or nobody. */
  prior: 'others' | 'none';
  window: { samples: number; hop: number; latenessMs: number; maxGapSamples: number; minCoverage: number };
  supportWindows: number;
  decision: { falseAlarmRate: number; raiseCount: number; raiseOf: number; clearCount: number };
  /** A score counts only where none of so many rows before was as high; 0: always. What is not news raises no second alert. */
  newsRows: number;
  /** Rows at the start of a file of so many rows that it may be learnt from, and that are not predicted. */
  supportRows(rows: number): number;
  folds: number;
};

/** NAB's probationary period: 15 % of a file, and of at most 5,000 rows. */
export function probationaryRows(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750);
}

/** The rows of every run that SKAB's leaderboard trains on. */
const skabTrainRows = 400;

export const suitePlans: Readonly<Record<SuiteName, SuitePlan>> = {
  // Every file is a metric of its own unit: others say nothing about it. Tweets and traffic have holes.
  nab: {
    suite: 'nab',
    learner: 'own',
    prior: 'none',
    window: { samples: 32, hop: 4, latenessMs: 0, maxGapSamples: 16, minCoverage: 0.5 },
    supportWindows: 190,
    decision: { falseAlarmRate: 0.01, raiseCount: 1, raiseOf: 1, clearCount: 1 },
    newsRows: 300,
    supportRows: probationaryRows,
    folds: 5,
  },
  // A testbed with labelled runs: about every twentieth second is missing, and 400 rows hold 46 windows.
  skab: {
    suite: 'skab',
    learner: 'head-pooled',
    prior: 'others',
    window: { samples: 32, hop: 8, latenessMs: 0, maxGapSamples: 2, minCoverage: 0.8 },
    supportWindows: 46,
    decision: { falseAlarmRate: 0.2, raiseCount: 1, raiseOf: 1, clearCount: 1 },
    newsRows: 0,
    supportRows: () => skabTrainRows,
    folds: 5,
  },
};
