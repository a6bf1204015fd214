// Writes the pages that are made from code, and the one that is made from the figures of storms. A test fails while they are out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describeConfig } from '@tocsin/config';
import { describeMetrics } from '@tocsin/observability';
import { reliabilityPage } from './reliability-page.mjs';

const docs = new URL('../docs/', import.meta.url);
const storms = JSON.parse(readFileSync(new URL('reliability.json', docs), 'utf8'));
const pages = {
  'configuration.md': describeConfig(),
  'metrics.md': describeMetrics(),
  'reliability.md': reliabilityPage(storms, readdirSync(docs)),
};
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(new URL(name, docs), text);
  console.log(`docs/${name}`);
}
