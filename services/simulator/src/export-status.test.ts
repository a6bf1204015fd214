import { createMetrics } from '@tocsin/observability';
import { expect, test } from 'vitest';
import { exportStatus } from './export-status.ts';

test('counters follow the status from scrape to scrape', async () => {
  const metrics = createMetrics({ service: 'simulator' });
  const status = { progress: { records: 10, eventMs: 0, behindMs: 500 }, injected: { imbalance: 1 } };
  exportStatus(metrics, { status: () => status });
  await metrics.text();
  status.progress.records = 25;
  status.injected.imbalance = 2;
  const text = await metrics.text();
  expect(text).toContain('tocsin_simulator_records_total 25');
  expect(text).toContain('tocsin_simulator_behind_seconds 0.5');
  expect(text).toContain('tocsin_simulator_injected_total{what="imbalance"} 2');
});
