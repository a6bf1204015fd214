// A small suite: runs of two channels at 1 Hz whose fault lifts one channel. Seeded.
import { createRandom, normal } from '@tocsin/signals';
import type { Split } from '../source.ts';
import type { SuiteFile } from './suite-file.ts';

/** `rows` rows, wrong in `[from, to)`. */
export function smallRun(
  seed: number,
  { rows = 600, from = 450, to = 520, split = null }: { rows?: number; from?: number; to?: number; split?: Split | null } = {},
): SuiteFile {
  const random = createRandom(seed);
  const samples = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const fault = row >= from && row < to ? 4 : 0;
    samples[2 * row] = 10 + fault + 0.3 * normal(random);
    samples[2 * row + 1] = -2 + 0.3 * normal(random);
  }
  return {
    name: `valve1/${seed}.csv`,
    timesMs: Float64Array.from({ length: rows }, (_, row) => 1_580_000_000_000 + 1000 * row),
    channels: ['flow', 'pressure'],
    samples,
    events: [{ startRow: from, endRow: to }],
    changepoints: [from, to],
    isJudged: true,
    split,
  };
}

export function smallRuns(count: number): SuiteFile[] {
  return Array.from({ length: count }, (_, i) => smallRun(i + 1));
}
