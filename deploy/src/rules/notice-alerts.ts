// Are people told?
import { notifierMetrics as notifier } from '@tocsin/observability';
import { increase, max, series } from '../promql.ts';
import { limits } from './recorded.ts';
import type { AlertRule } from './rule.ts';

const waiting = `${notifier.sinkWaiting.name}{sink="ops"}`;

export const noticeAlerts: readonly AlertRule[] = [
  {
    name: 'TocsinNoticesStuck',
    severity: 'critical',
    expr: `${max(notifier.sinkWaiting, { by: ['sink'] })} > ${limits.sinkWaitingS}`,
    for: '2m',
    summary:
      'The sink {{ $labels.sink }} has tried for ten minutes to deliver the same notice: people are not told. See what it answers.',
    fires: { at: '30m', series: { [waiting]: '0x10 0+60x30' }, labels: { sink: 'ops' } },
    // It takes five minutes over each and gets on.
    quiet: { at: '30m', series: { [waiting]: '0+60x5 0+60x5 0+60x5 0+60x20' } },
  },
  {
    name: 'TocsinNoticesUndelivered',
    severity: 'warning',
    expr: `${increase(notifier.deliveries, { where: { outcome: ['refused', 'expired'] }, by: ['sink', 'outcome'], over: '1h' })} > 0`,
    for: '0m',
    summary: 'Notices for {{ $labels.sink }} were given up ({{ $labels.outcome }}): they are kept in topics.undelivered.',
    fires: {
      at: '40m',
      series: { [series(notifier.deliveries, { sink: 'ops', outcome: 'refused' })]: '0x20 1x40' },
      labels: { sink: 'ops', outcome: 'refused' },
    },
    quiet: { at: '40m', series: { [series(notifier.deliveries, { sink: 'ops', outcome: 'delivered' })]: '0x20 1x40' } },
  },
];
