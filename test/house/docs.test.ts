// Pages that are made from code are committed as the code makes them.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeConfig } from '@tocsin/config';
import { describeMetrics } from '@tocsin/observability';
import { deployFiles } from '../../deploy/src/deploy-files.ts';
import { reliabilityPage } from '../../scripts/reliability-page.mjs';
import { telemetryPage } from '../../scripts/telemetry-page.mjs';
import { trainerPage } from '../bench/trainer/page.ts';

const docs = new URL('../../docs/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, docs), 'utf8');

/** From the committed figures; pages beside it that it does not name yet may be there. */
function describeReliability(): string {
  const page = read('reliability.md');
  const named = readdirSync(docs).filter((name) => page.includes(name));
  return reliabilityPage(JSON.parse(read('reliability.json')), named);
}

test.each([
  ['configuration.md', describeConfig],
  ['metrics.md', describeMetrics],
  ['reliability.md', describeReliability],
  ['telemetry.md', () => telemetryPage(read('telemetry.md'))],
  ['benchmarks-trainer.md', () => trainerPage(JSON.parse(read('benchmarks-trainer.json')))],
])('docs/%s is current (npm run docs writes it)', (name, describePage) => {
  expect(read(name)).toBe(describePage());
});

test.each(Object.entries(deployFiles()))('deploy/%s is current (npm run docs writes it)', (name, text) => {
  expect(read(`../deploy/${name}`)).toBe(text);
});
