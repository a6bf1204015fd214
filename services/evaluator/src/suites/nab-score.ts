// NAB's score (Lavin & Ahmad, ICMLA 2015), as its sweeper computes it: every window counts once, by how early it is found, every false
// positive by how far it is from the window before. Threshold: the one that is best for the whole corpus. Pure.
import type { RowSpan } from '../windows/window-label.ts';
import { probationaryRows } from './suite-plans.ts';

export const nabProfiles = {
  standard: { tp: 1, fp: 0.11, fn: 1 },
  reward_low_FP_rate: { tp: 1, fp: 0.22, fn: 1 },
  reward_low_FN_rate: { tp: 1, fp: 0.11, fn: 2 },
} as const;
export type NabProfile = keyof typeof nabProfiles;
export type NabWeights = { tp: number; fp: number; fn: number };

/** Scores in [0, 1] and windows of a file. */
export type NabFile = { scores: Float64Array; windows: readonly RowSpan[] };

/** `score` is the sum over files at `threshold` (rows at or over it are detections); `normalised` 0 for silence, 100 for perfection. */
export type NabScore = {
  threshold: number;
  score: number;
  normalised: number;
  found: number;
  windows: number;
  falsePositives: number;
};

/** A row that counts: its score, what it is worth as a detection, and the window it lies in (-1: none). */
export type NabPoint = { score: number; worth: number; window: number };

/** Threshold that detects nothing, as NAB's sweep starts. */
const silence = 1.1;

export function nabScore(files: readonly NabFile[], weights: NabWeights): NabScore {
  const points = files.flatMap((file, at) => pointsOf(file, weights, at));
  const steps = nabSweep(points, weights.fn);
  const best = steps.reduce((one, two) => (two.score > one.score ? two : one));
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  return { ...best, normalised: normalisedNab(best.score, steps[0].score, windows * weights.tp), windows };
}

/** 100 (score - null) / (perfect - null). */
export function normalisedNab(score: number, nullScore: number, perfect: number): number {
  return perfect === nullScore ? 0 : (100 * (score - nullScore)) / (perfect - nullScore);
}

type Step = { threshold: number; score: number; found: number; falsePositives: number };

/** Scores of all thresholds that differ, falling, the one that detects nothing first. */
export function nabSweep(points: readonly NabPoint[], missWeight: number): Step[] {
  const worths = new Map<number, number>();
  for (const { window } of points) if (window >= 0) worths.set(window, -missWeight);
  let score = -missWeight * worths.size;
  let falsePositives = 0;
  const found = new Set<number>();
  const steps: Step[] = [{ threshold: silence, score, found: 0, falsePositives: 0 }];
  const sorted = points.toSorted((one, two) => two.score - one.score);
  sorted.forEach(({ score: level, worth, window }, at) => {
    if (window < 0) {
      score += worth;
      falsePositives++;
    } else {
      const before = worths.get(window) ?? -missWeight;
      score += Math.max(0, worth - before);
      worths.set(window, Math.max(before, worth));
      found.add(window);
    }
    if (sorted[at + 1]?.score !== level) steps.push({ threshold: level, score, found: found.size, falsePositives });
  });
  return steps;
}

/** Rows after the probationary period. `file` numbers its windows apart from those of others. */
function pointsOf({ scores, windows }: NabFile, weights: NabWeights, file: number): NabPoint[] {
  const most = 1e4;
  const points: NabPoint[] = [];
  const earliest = scaledSigmoid(-1);
  for (let row = probationaryRows(scores.length); row < scores.length; row++) {
    const at = windows.findIndex(({ startRow, endRow }) => row >= startRow && row < endRow);
    if (at >= 0) {
      const { startRow, endRow } = windows[at];
      const worth = (weights.tp * scaledSigmoid(-(endRow - row) / (endRow - startRow))) / earliest;
      points.push({ score: scores[row], worth, window: file * most + at });
      continue;
    }
    const before = windows.findLast(({ endRow }) => endRow <= row);
    const past = before === undefined ? Infinity : (row - before.endRow + 1) / (before.endRow - before.startRow - 1);
    points.push({ score: scores[row], worth: weights.fp * scaledSigmoid(past), window: -1 });
  }
  return points;
}

/** 1 to the far left of a window's end, 0 at it, -1 from three windows' widths on. */
export function scaledSigmoid(position: number): number {
  return position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
