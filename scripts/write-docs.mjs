// Writes the pages that are made from code: docs/configuration.md and docs/metrics.md. A test fails while they are out of date.
import { writeFileSync } from 'node:fs';
import { describeConfig } from '@tocsin/config';
import { describeMetrics } from '@tocsin/observability';

const pages = { 'configuration.md': describeConfig(), 'metrics.md': describeMetrics() };
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
  console.log(`docs/${name}`);
}
