// Queries that alerts and dashboards share, kept by Prometheus so that they say the same.
import { readerMetrics, scorerMetrics as scorer, serviceMetrics as service } from '@tocsin/observability';
import { increase, quantile, rate, sum } from '../promql.ts';
import type { Recorded } from './rule.ts';

const opened = { state: 'opened' } as const;

export const recorded = {
  /** Who reads a topic follows from the service that a target is. */
  lag: {
    name: 'service_topic:tocsin_lag_records:sum',
    expr: `sum by (service, topic) (${readerMetrics.lagRecords.name} * on (instance, job) group_left (service) ${service.build.name})`,
  },
  windows: { name: 'class:tocsin_windows:rate5m', expr: rate(scorer.windows, { by: ['class'], over: '5m' }) },
  latency: {
    name: 'class:tocsin_window_to_log_seconds:p99_5m',
    expr: quantile(0.99, scorer.windowToLogSeconds, { by: ['class'], over: '5m' }),
  },
  /** Of the records that were read. */
  rejected: {
    name: 'fleet:tocsin_records_rejected:ratio10m',
    expr: `${rate(scorer.rejected, { over: '10m' })} / (${rate(scorer.records, { over: '10m' })} > 0)`,
  },
  /** Of the samples that came. */
  late: {
    name: 'class:tocsin_samples_late:ratio10m',
    expr: `${rate(scorer.lateSamples, { by: ['class'], over: '10m' })} / (${rate(scorer.samples, { by: ['class'], over: '10m' })} > 0)`,
  },
  devices: { name: 'class:tocsin_devices:sum', expr: sum(scorer.devicesByBundle, { by: ['class'] }) },
  /** Alerts by model or guard that opened, for every device. */
  opened: {
    name: 'class:tocsin_alerts_opened:ratio15m',
    expr:
      `(${increase(scorer.alerts, { by: ['class'], where: opened, over: '15m' })} + ` +
      `${increase(scorer.guardAlerts, { by: ['class'], where: opened, over: '15m' })}) / (${sum(scorer.devicesByBundle, { by: ['class'] })} > 0)`,
  },
} satisfies Record<string, Recorded>;

/** From where on an alert is raised, and a number on a dashboard is no longer green. */
export const limits = {
  /** Records that a backlog is worth speaking of. */
  lagRecords: 1000,
  /** Of the records or samples that came. */
  refusedShare: 0.01,
  lateShare: 0.01,
  watermarkDelayS: 300,
  scoresLateS: 60,
  sinkWaitingS: 600,
} as const;

/** Stored states that could not be used, and not because a class was changed on purpose. */
export const rebuilt = [
  'rebuilt_truncated',
  'rebuilt_foreign',
  'rebuilt_corrupt',
  'rebuilt_malformed',
  'rebuilt_not_finite',
  'rebuilt_oversized',
] as const;
