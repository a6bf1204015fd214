// Writes what is made from code: pages, Grafana's dashboards, Prometheus' rules; and the page of the figures of storms. A test fails while
// they are out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeConfig } from '@tocsin/config';
import { describeMetrics } from '@tocsin/observability';
import { deployFiles } from '../deploy/src/deploy-files.ts';
import { reliabilityPage } from './reliability-page.mjs';
import { telemetryPage } from './telemetry-page.mjs';

const docs = new URL('../docs/', import.meta.url);
const storms = JSON.parse(readFileSync(new URL('reliability.json', docs), 'utf8'));
const pages = {
  'configuration.md': describeConfig(),
  'metrics.md': describeMetrics(),
  'reliability.md': reliabilityPage(storms, readdirSync(docs)),
  'telemetry.md': telemetryPage(readFileSync(new URL('telemetry.md', docs), 'utf8')),
};
const deploy = Object.entries(deployFiles()).map(([name, text]) => [`../deploy/${name}`, text]);
for (const [name, text] of [...Object.entries(pages), ...deploy]) {
  const file = new URL(name, docs);
  writeFileSync(file, text);
  console.log(relative(process.cwd(), fileURLToPath(file)));
}
