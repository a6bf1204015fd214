// Which windows a device is adapted on.
import { createRandom } from '@tocsin/signals';
import { supportCount, windowAt, type DeviceTable } from '../windows/device-table.ts';
import { drawIndices } from './draw-indices.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';

/**
 * `shots` windows of the adaptation part, `[K][d]`: the first in a row or a seeded draw in order of time; all it has where they are
 * fewer. Labels are not looked at: what is wrong there is in the support, as it would be live.
 */
export function supportWindows(
  table: DeviceTable,
  shots: number,
  support: EvaluationPlan['support'],
  seed: number,
): Float32Array {
  const available = supportCount(table);
  if (support === 'first') return table.windows.slice(0, Math.min(shots, available) * table.d);
  return rowsOf(table, drawIndices(createRandom(seed), available, shots));
}

/** The first `count` anomalous windows of the judged part, as window numbers; fewer where it has fewer. */
export function earliestAnomalies({ labels, n }: DeviceTable, from: number, count: number): number[] {
  const found: number[] = [];
  for (let i = from; i < n && found.length < count; i++) if (labels[i] === 1) found.push(i);
  return found;
}

/** Windows of these numbers, `[count][d]`. */
export function rowsOf(table: DeviceTable, numbers: readonly number[]): Float32Array {
  const rows = new Float32Array(numbers.length * table.d);
  numbers.forEach((i, at) => rows.set(windowAt(table, i), at * table.d));
  return rows;
}
