// Writes small recorded data sets for tests, right ones and broken ones.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type TestSet = {
  manifest: Record<string, unknown>;
  labels: Record<string, unknown>;
  files: Record<string, string | Uint8Array>;
};

/** Two channels at one row a minute: ten rows from 2020 on, rows 6 and 7 anomalous, 8 and 9 unknown. */
export function csvSet(): TestSet & { manifest: { devices: Record<string, unknown>[] } } {
  const rows = Array.from({ length: 10 }, (_, i) => `${60_000 * i},${i},${i / 10},0`);
  const device = {
    id: 'a',
    group: '',
    file: 'devices/a.csv.gz',
    rows: 10,
    trainRows: 4,
    split: 'meta-test',
    tStart: 0,
    tEnd: 540_000,
  };
  return {
    manifest: { ...about('engines'), format: 'csv.gz', samplingRateHz: null, channels: ['x', 'y'], devices: [device] },
    labels: { a: { anomalies: [[6, 8]], ignore: [[8, 10]] } },
    files: { 'devices/a.csv.gz': ['t,s0,s1,label', ...rows, ''].join('\n') },
  };
}

/** Two channels at 1,000 Hz, 2,500 rows: raw values r and -r, scaled by 0.5 and 0.25; the second half is anomalous. */
export function int16Set(): TestSet & { manifest: { devices: Record<string, unknown>[] } } {
  const raw = new Int16Array(5000).map((_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2));
  const device = {
    id: 'g',
    group: '',
    file: 'devices/g.bin.gz',
    rows: 2500,
    trainRows: 500,
    split: 'meta-train',
    meta: { scale: [0.5, 0.25] },
  };
  return {
    manifest: { ...about('gears'), format: 'int16-bin.gz', samplingRateHz: 1000, channels: ['x', 'y'], devices: [device] },
    labels: { g: { anomalies: [[1250, 2500]] } },
    files: { 'devices/g.bin.gz': new Uint8Array(raw.buffer) },
  };
}

/** Writes the sets into a fresh folder, each under its name, and returns the folder. */
export function writeSets(...sets: TestSet[]): string {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-recorded-'));
  for (const { manifest, labels, files } of sets) {
    const folder = join(root, String(manifest['name']));
    mkdirSync(join(folder, 'devices'), { recursive: true });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'labels.json'), JSON.stringify(labels));
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), gzipSync(content));
  }
  return root;
}

function about(name: string): Record<string, unknown> {
  return { name, title: `Test ${name}`, licence: 'none', citation: 'none' };
}
