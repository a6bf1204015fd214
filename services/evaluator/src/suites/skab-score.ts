// SKAB's figures, as its leaderboard computes them: rows of all runs together for outliers, NAB's profiles for changepoints. Pure.

/** `f1` 0..1; `far` and `mar` in percent: normal rows in alarm, anomalous rows without one. Null where there is nothing to divide by. */
export type SkabOutlier = { f1: number | null; far: number | null; mar: number | null };

/** Predictions and truth of a run, 0 or 1 per row. */
export type SkabRun = { predicted: Uint8Array; actual: Uint8Array };

export function skabOutlier(runs: readonly SkabRun[]): SkabOutlier {
  const counts = { tp: 0, tn: 0, fp: 0, fn: 0 };
  for (const { predicted, actual } of runs) {
    actual.forEach((isWrong, row) => {
      if (isWrong === 1) counts[predicted[row] === 1 ? 'tp' : 'fn']++;
      else counts[predicted[row] === 1 ? 'fp' : 'tn']++;
    });
  }
  const { tp, tn, fp, fn } = counts;
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const percent = (part: number, whole: number): number | null => (whole === 0 ? null : (100 * part) / whole);
  return { f1: share(tp, tp + (fn + fp) / 2), far: percent(fp, fp + tn), mar: percent(fn, fn + tp) };
}

export type SkabChangepointRun = { timesMs: Float64Array; predicted: Uint8Array; changepoints: readonly number[] };
export type SkabChangepoint = { standard: number; lowFP: number; lowFN: number };

/** A changepoint counts as found within so long before and after it together. */
const windowMs = 30_000;
const profiles = { standard: { fp: -0.11, fn: -1 }, lowFP: { fp: -0.22, fn: -1 }, lowFN: { fp: -0.11, fn: -2 } } as const;

/**
 * 0 for silence, 100 for every changepoint found at the left end of its window of 30 s around it, without false positives. Windows that
 * overlap are cut on their left. NaN without a changepoint.
 */
export function skabChangepoint(runs: readonly SkabChangepointRun[]): SkabChangepoint {
  const of = ({ fp, fn }: { fp: number; fn: number }): number => {
    let score = 0;
    let windows = 0;
    for (const run of runs) {
      const limits = limitsOf(run);
      const hits = detectionsMs(run);
      windows += limits.length;
      score += fp * hits.filter((hitMs) => !limits.some(({ startMs, endMs }) => hitMs >= startMs && hitMs <= endMs)).length;
      for (const { startMs, endMs } of limits) {
        const hitMs = hits.find((timeMs) => timeMs >= startMs && timeMs <= endMs);
        score += hitMs === undefined ? fn : worthOf((hitMs - startMs) / (endMs - startMs), fp);
      }
    }
    return (100 * (score - fn * windows)) / (windows - fn * windows);
  };
  return { standard: of(profiles.standard), lowFP: of(profiles.lowFP), lowFN: of(profiles.lowFN) };
}

/** Rows where a prediction differs from the one before. */
export function changesOf(predicted: Uint8Array): Uint8Array {
  return predicted.map((mark, row) => (row === 0 ? mark : Math.abs(mark - predicted[row - 1])));
}

function detectionsMs({ timesMs, predicted }: SkabChangepointRun): number[] {
  return [...changesOf(predicted).entries()].filter(([, mark]) => mark === 1).map(([row]) => timesMs[row]);
}

function limitsOf({ timesMs, changepoints }: SkabChangepointRun): { startMs: number; endMs: number }[] {
  const limits = changepoints.map((row) => ({ startMs: timesMs[row] - windowMs / 2, endMs: timesMs[row] + windowMs / 2 }));
  for (let i = 1; i < limits.length; i++) limits[i].startMs = Math.max(limits[i].startMs, limits[i - 1].endMs);
  return limits;
}

/** From 1 at the left end to `fp` at the right one, along a tanh sampled at 1,000 points. */
function worthOf(position: number, fp: number): number {
  const points = 1000;
  const at = Math.min(points - 1, Math.trunc(position * points));
  const x = -Math.PI / 2 + (at * Math.PI) / (points - 1);
  return ((1 - fp) / 2) * (1 - Math.tanh(x) / Math.tanh(Math.PI / 2)) + fp;
}
