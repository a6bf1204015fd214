// A folder of recorded data as a person would bring it: slow devices around levels of their own, with a jump near the end.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom, normal } from '@tocsin/signals';

export type FolderPlan = { name: string; splits: readonly string[]; channels?: number };

const rows = 700;
const trainRows = 300;
const fault = [560, 640];

/** Writes one data set into `directory/name`; device `i` has the split `splits[i]` and the id `d<i>`. Equal plans give equal rows. */
export function writeFolder(directory: string, { name, splits, channels = 2 }: FolderPlan): string {
  const folder = join(directory, name);
  mkdirSync(join(folder, 'devices'), { recursive: true });
  const ids = splits.map((_, i) => `d${i}`);
  ids.forEach((id, i) => writeFileSync(join(folder, `devices/${id}.csv.gz`), gzipSync(csvOf(i + 1, channels))));
  const devices = ids.map((id, i) => ({ id, group: '', file: `devices/${id}.csv.gz`, rows, trainRows, split: splits[i] }));
  const about = { name, title: name, licence: 'none', citation: 'none', format: 'csv.gz', samplingRateHz: 1, channels: [] };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...about, devices }));
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(Object.fromEntries(ids.map((id) => [id, { anomalies: [fault] }]))));
  return folder;
}

function csvOf(seed: number, channels: number): string {
  const random = createRandom(seed);
  const levels = Array.from({ length: channels }, (_, c) => 5 * c + normal(random));
  const lines = Array.from({ length: rows }, (_, row) => {
    const isWrong = row >= fault[0] && row < fault[1];
    const values = levels.map((level) => (level + 0.3 * normal(random) + (isWrong ? 2 : 0)).toFixed(4));
    return [1000 * row, ...values, isWrong ? 1 : 0].join(',');
  });
  return [['t', ...levels.map((_, c) => `s${c}`), 'label'].join(','), ...lines, ''].join('\n');
}
