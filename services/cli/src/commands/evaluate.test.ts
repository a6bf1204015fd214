// `tocsin evaluate` on the bundled recordings, with the built threads.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { EvaluationReport } from '@tocsin/evaluator';
import { bundledDataDirectory } from '@tocsin/simulator';
import { createTestWorld } from '../test-world.fixture.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'tocsin-evaluate-'))));

const line = (rest: string, data = bundledDataDirectory): string =>
  `evaluate --data ${data} --out ${directory}/out.json --work ${directory}/work --shots 0,5 --anomalies 0 ${rest}`.trimEnd();

test('judges the methods asked for and writes figures, curve and page', { timeout: 60_000 }, async () => {
  const world = createTestWorld();
  expect(await world.tocsin(line(`--sets gearbox --methods knn-own,eb --page ${directory}/page.md --note Seen.`))).toBe(0);
  const report = JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8')) as EvaluationReport;
  expect(report).toMatchObject({
    kind: 'tocsin-evaluation',
    version: 1,
    plan: { split: 'meta-test', shots: [0, 5] },
    failures: [],
    note: 'Seen.',
  });
  expect(report.rows.map(({ method, shots }) => `${method} ${shots}`)).toEqual(['knn-own 5', 'eb 0', 'eb 5']);
  expect(readFileSync(join(directory, 'out.svg'), 'utf8')).toContain('gearbox');
  expect(readFileSync(join(directory, 'page.md'), 'utf8')).toContain(
    '![AUROC, AUPRC and false positives over the number of windows seen](out.svg)',
  );
  expect(world.out()).toMatch(/AUROC, K = 5 +gearbox +mean/);
  expect(world.out()).toMatch(/^eb +[\d.]+ +[\d.]+$/m);
});

test('names that are not there: wrong usage, and what there is', async () => {
  const world = createTestWorld();
  expect(await world.tocsin(line('--sets pumps'))).toBe(2);
  expect(world.err()).toMatch(/--sets: 'pumps' is not there; there are .*gearbox/);
  expect(await world.tocsin(line('--methods magic'))).toBe(2);
  expect(world.err()).toMatch(/--methods: 'magic' is not there; there are knn-fleet, /);
});

test('a broken manifest: nothing is judged, the file and the field are named', async () => {
  const data = join(directory, 'data');
  cpSync(join(bundledDataDirectory, 'gearbox'), data, { recursive: true });
  const file = join(data, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { devices: { trainRows: unknown }[] };
  manifest.devices[1].trainRows = 'many';
  writeFileSync(file, JSON.stringify(manifest));
  const world = createTestWorld();
  expect(await world.tocsin(line('', data))).toBe(1);
  expect(world.err()).toMatch(/manifest\.json: devices\[1\]\.trainRows is "many"; expected a whole number/);
});
