// SKAB's own folder: {valve1,valve2,other,anomaly-free}/*.csv, separated by semicolons, with anomaly and changepoint per row.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { csvNames, textOf } from './folder-files.ts';
import { parseRows, type Columns } from './parse-rows.ts';
import { spansOf, type SuiteFile } from './suite-file.ts';

const categories = ['anomaly-free', 'other', 'valve1', 'valve2'];
const labels = ['anomaly', 'changepoint'];

/** Reads all runs; `folder` is SKAB's or its `data`. Runs without a fault are only learnt from, as its leaderboard does. */
export function readSkab(folder: string): SuiteFile[] {
  const inner = join(folder, 'data');
  const data = existsSync(inner) ? inner : folder;
  return csvNames(data, categories).map((name) => {
    const isJudged = !name.startsWith('anomaly-free/');
    const file = join(data, name);
    const parsed = parseRows(file, textOf(file), ';', 'datetime', isJudged ? labels : []);
    const channels = [...parsed.columns.keys()].filter((column) => !labels.includes(column));
    const changes = marksOf(parsed, 'changepoint');
    return {
      name,
      timesMs: parsed.timesMs,
      channels,
      samples: interleaved(parsed, channels),
      events: spansOf(marksOf(parsed, 'anomaly')),
      changepoints: [...changes.keys()].filter((row) => changes[row] === 1),
      isJudged,
      split: null,
    };
  });
}

function marksOf({ timesMs, columns }: Columns, name: string): Uint8Array {
  return Uint8Array.from(columns.get(name) ?? new Float64Array(timesMs.length), (mark) => (mark === 1 ? 1 : 0));
}

function interleaved({ timesMs, columns }: Columns, channels: readonly string[]): Float64Array {
  const samples = new Float64Array(timesMs.length * channels.length);
  channels.forEach((name, c) => columns.get(name)?.forEach((value, row) => (samples[row * channels.length + c] = value)));
  return samples;
}
