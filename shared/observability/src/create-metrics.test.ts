import { describe, expect, test } from 'vitest';
import { createMetrics, describeMetrics, metricGroups } from '@tocsin/observability';
import type { Declaration } from './metric-declaration.ts';

const declared = metricGroups.flatMap(({ declarations }) => Object.values<Declaration>(declarations));

describe('declarations', () => {
  test.each(declared.map((declaration) => [declaration.name, declaration] as const))(
    '%s follows the rules',
    (name, { kind, labels, help }) => {
      expect(name).toMatch(/^tocsin_[a-z][a-z_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      if (kind === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
      expect(name).not.toMatch(/_(ms|minutes|kb|percent)(_|$)/);
      expect(Object.keys(labels).filter((label) => /device_?id|^device_id$|key/i.test(label))).toEqual([]);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
    },
  );

  test('no name twice', () => {
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
  });

  test('the reference names every one', () => {
    const page = describeMetrics();
    expect(declared.filter(({ name }) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

test('what a scorer of twenty classes may export is bounded, and most of it is there from the start', async () => {
  const metrics = createMetrics({ service: 'scorer', classes: Array.from({ length: 20 }, (_, i) => `class-${i}`) });
  metrics.scorer();
  const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('tocsin_'));
  expect(series.length).toBeLessThan(2000);
});

describe('instruments', () => {
  test('every known label set starts at 0', async () => {
    const metrics = createMetrics({ service: 'scorer', classes: ['pump', 'fan'] });
    metrics.scorer();
    const text = await metrics.text();
    expect(text).toContain('tocsin_records_rejected_total{reason="broken_avro"} 0');
    expect(text).toContain('tocsin_windows_total{class="pump",outcome="scored"} 0');
    expect(text).toContain('tocsin_alerts_total{class="fan",severity="critical",state="opened"} 0');
    expect(text).toContain('tocsin_stage_seconds_count{stage="walk"} 0');
    expect(text).toContain('tocsin_initialisation_version{class="fan"} 0');
    expect(text).toContain('tocsin_build_info{service="scorer"');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  test('a figure that does not exist yet is not a zero', async () => {
    const metrics = createMetrics({ service: 'trainer', classes: ['pump'] });
    metrics.trainer();
    expect(await metrics.text()).toContain('tocsin_trainer_gate_auroc_ratio{class="pump",learner="eb-mw"} Nan');
  });

  test('they count what they are told, each service for itself', async () => {
    const [one, other] = [createMetrics({ service: 'a', classes: ['pump'] }), createMetrics({ service: 'b' })];
    one.scorer().windows.inc({ class: 'pump', outcome: 'gappy' }, 3);
    one.scorer().records.inc();
    other.scorer();
    expect(await one.text()).toContain('tocsin_windows_total{class="pump",outcome="gappy"} 3');
    expect(await one.text()).toContain('tocsin_records_total 1');
    expect(await other.text()).toContain('tocsin_records_total 0');
    expect(await other.text()).not.toContain('trainer');
  });

  test('figures that are looked up are fresh at every scrape', async () => {
    const metrics = createMetrics({ service: 'scorer' });
    const { lagRecords } = metrics.reader();
    let lag = 5;
    metrics.beforeScrape(() => lagRecords.set({ topic: 'telemetry', partition: 0 }, lag));
    expect(await metrics.text()).toContain('tocsin_lag_records{topic="telemetry",partition="0"} 5');
    lag = 0;
    expect(await metrics.text()).toContain('tocsin_lag_records{topic="telemetry",partition="0"} 0');
  });
});
