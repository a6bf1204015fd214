// Pages that are made from code are committed as the code makes them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeConfig } from '@tocsin/config';
import { describeMetrics } from '@tocsin/observability';

test.each([
  ['configuration.md', describeConfig],
  ['metrics.md', describeMetrics],
])('docs/%s is current (npm run docs writes it)', (name, describePage) => {
  expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(describePage());
});
