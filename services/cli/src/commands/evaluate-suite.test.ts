// `tocsin evaluate --suite` on small folders in the suites' own layouts.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { SuiteSummary } from '@tocsin/evaluator';
import { createTestWorld } from '../test-world.fixture.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'tocsin-suite-'))));

/** Rows whose value jumps from row 470 to 519. */
function writeRun(run: number): void {
  const lines = Array.from({ length: 560 }, (_, row) => {
    const isWrong = row >= 470 && row < 520;
    const value = 10 + Math.sin(row * (7 + run)) + (isWrong ? 8 : 0);
    const time = new Date(Date.UTC(2020, 2, 9) + 1000 * row).toISOString().slice(0, 19).replace('T', ' ');
    return [time, value.toFixed(4), isWrong ? 1 : 0, row === 470 || row === 520 ? 1 : 0].join(';');
  });
  const file = join(directory, 'skab', 'data', 'valve1', `${run}.csv`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `datetime;Current;anomaly;changepoint\n${lines.join('\n')}\n`);
}

const line = (rest: string): string => `evaluate --data ${directory}/skab --out ${directory}/out ${rest}`.trimEnd();

test('writes predictions, summary and page, and shows the figures', { timeout: 60_000 }, async () => {
  for (let run = 0; run < 5; run++) writeRun(run);
  const world = createTestWorld();
  expect(await world.tocsin(line(`--suite skab --methods knn-own --page ${directory}/page.md`))).toBe(0);
  expect(world.out()).toMatch(/all \(leaderboard\) +5 +[\d.]+ +[\d.]+ +[\d.]+/);
  const summary = JSON.parse(readFileSync(join(directory, 'out', 'summary.json'), 'utf8')) as SuiteSummary;
  expect(summary).toMatchObject({ kind: 'tocsin-suite', suite: 'skab', learner: 'knn-own', judged: 'tuning' });
  const [header, ...rows] = readFileSync(join(directory, 'out', 'predictions', 'valve1', '0.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(header).toBe('datetime;anomaly;changepoint;score');
  expect(rows).toHaveLength(560);
  expect(rows[500]).toMatch(/^2020-03-09 00:08:20;1;/);
  expect(readFileSync(join(directory, 'page.md'), 'utf8')).toContain('## SKAB');
});

test('data that is not there, or not of that suite: the file is named and nothing is written', async () => {
  const world = createTestWorld();
  expect(await world.tocsin(line('--suite skab'))).toBe(1);
  expect(world.err()).toMatch(/skab: no such folder; expected the suite's data/);
  writeRun(0);
  expect(await world.tocsin(line('--suite nab'))).toBe(1);
  expect(world.err()).toMatch(/combined_windows\.json: no such file/);
  expect(await world.tocsin(line('--suite skab --methods magic'))).toBe(2);
  expect(world.err()).toMatch(/--methods: 'magic'; with --suite expected one of knn-fleet, /);
  expect(existsSync(join(directory, 'out'))).toBe(false);
});
