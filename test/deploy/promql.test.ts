// Queries as they are written from declarations, and what does not compile.
import { expect, expectTypeOf, test } from 'vitest';
import { readerMetrics as reader, scorerMetrics as scorer } from '@tocsin/observability';
import { figures, increase, max, quantile, rate, spent, type LabelOf, type Where } from '../../deploy/src/promql.ts';

test.each([
  [rate(scorer.records), 'sum(rate(tocsin_records_total[$__rate_interval]))'],
  [
    rate(scorer.rejected, { where: { reason: 'broken_avro' }, by: ['instance'], over: '5m' }),
    'sum by (instance) (rate(tocsin_records_rejected_total{reason="broken_avro"}[5m]))',
  ],
  [
    increase(scorer.windows, { where: { class: '$class', outcome: ['gappy', 'cold'] }, by: ['class', 'outcome'], over: '1h' }),
    'sum by (class, outcome) (increase(tocsin_windows_total{class=~"$class", outcome=~"gappy|cold"}[1h]))',
  ],
  [max(reader.lagRecords, { by: ['topic'] }), 'max by (topic) (tocsin_lag_records)'],
  [
    quantile(0.99, scorer.stageSeconds, { by: ['stage'], over: '5m' }),
    'histogram_quantile(0.99, sum by (le, stage) (rate(tocsin_stage_seconds_bucket[5m])))',
  ],
  [spent(scorer.stageSeconds, { over: '5m' }), 'sum(rate(tocsin_stage_seconds_sum[5m]))'],
  [figures('a'), 'a >= 0'],
])('%s', (query, expected) => {
  expect(query).toBe(expected);
});

test('labels and values that a metric has not do not compile', () => {
  type Rejected = typeof scorer.rejected;
  expectTypeOf<'reason' | 'instance'>().toExtend<LabelOf<Rejected>>();
  expectTypeOf<'class'>().not.toExtend<LabelOf<Rejected>>();
  expectTypeOf<{ reason: 'broken_avro' }>().toExtend<Where<Rejected>>();
  expectTypeOf<{ reason: 'broken_arvo' }>().not.toExtend<Where<Rejected>>();
  expectTypeOf<typeof scorer.stageSeconds>().not.toExtend<Parameters<typeof rate>[0]>();
});
