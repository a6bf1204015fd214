// Adapts a learner to one device and scores the rest of it, in order of time.
import type { FittedLearner } from '@tocsin/models';
import type { JudgedWindows } from '../metrics/alarms.ts';
import { judgedFrom, windowAt, type DeviceTable } from '../windows/device-table.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import { earliestAnomalies, rowsOf, supportWindows } from './support-windows.ts';

export type Shots = { shots: number; anomalies: number };

export type ScoredDevice = JudgedWindows & { supportWindows: number; adaptMs: number; scoreMs: number };

/**
 * Scores every window after the adaptation part. Labelled anomalies are its earliest ones; they and all windows that share rows with
 * them are left out of what is judged. Throws what `adapt` throws, and RangeError on a score that is not a number.
 */
export async function scoreDevice(
  fitted: FittedLearner,
  table: DeviceTable,
  { shots, anomalies }: Shots,
  { support }: Pick<EvaluationPlan, 'support'>,
  seed: number,
): Promise<ScoredDevice> {
  const from = judgedFrom(table);
  const normals = supportWindows(table, shots, support, seed);
  const labelled = earliestAnomalies(table, from, anomalies);
  const startedMs = performance.now();
  const score = await fitted.adapt(normals, rowsOf(table, labelled));
  const adaptedMs = performance.now();
  const scores = new Float64Array(table.n - from);
  for (let i = from; i < table.n; i++) {
    scores[i - from] = score(windowAt(table, i));
    if (Number.isNaN(scores[i - from])) throw new RangeError(`score of window ${i} of ${table.deviceId}: NaN, expected a number`);
  }
  const scoreMs = performance.now() - adaptedMs;
  const judged = withoutLabelled(table, from, scores, labelled);
  return { ...judged, supportWindows: normals.length / table.d, adaptMs: adaptedMs - startedMs, scoreMs };
}

/** The same scores with `anomalies` labelled windows (and what overlaps them) left out: for learners that labels do not change. */
export function withoutAnomalies(table: DeviceTable, all: ScoredDevice, anomalies: number): ScoredDevice {
  const from = judgedFrom(table);
  return { ...all, ...withoutLabelled(table, from, all.scores, earliestAnomalies(table, from, anomalies)) };
}

function withoutLabelled(table: DeviceTable, from: number, scores: Float64Array, labelled: readonly number[]): JudgedWindows {
  const { startRow, endRow, labels } = table;
  if (labelled.length === 0)
    return { scores, labels: labels.subarray(from), startRow: startRow.subarray(from), endRow: endRow.subarray(from) };
  const isKept = (_: number, i: number): boolean =>
    !labelled.some((known) => startRow[from + i] < endRow[known] && endRow[from + i] > startRow[known]);
  return {
    scores: scores.filter(isKept),
    labels: labels.subarray(from).filter(isKept),
    startRow: startRow.subarray(from).filter(isKept),
    endRow: endRow.subarray(from).filter(isKept),
  };
}
