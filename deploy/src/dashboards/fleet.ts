// Is the fleet well, and is Tocsin? The first thing to look at.
import { consoleMetrics as page, scorerMetrics as scorer, serviceMetrics as service } from '@tocsin/observability';
import { increase, max, min, quantile, rate, sum } from '../promql.ts';
import { recorded } from '../rules/recorded.ts';
import type { DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };
const opened = { ...ofClass, state: 'opened' } as const;

export const fleet: DashboardPlan = {
  uid: 'tocsin-fleet',
  title: 'Tocsin: fleet',
  about: 'Devices, alerts and services at a glance.',
  rows: [
    {
      title: 'At a glance',
      panels: [
        {
          title: 'Devices',
          about: 'Held in memory by scorers: those that send.',
          unit: 'short',
          kind: 'number',
          lines: [{ query: sum(scorer.devicesByBundle, { where: ofClass }), name: 'devices' }],
        },
        {
          title: 'Windows',
          about: 'Closed per second, whatever became of them.',
          unit: 'ops',
          kind: 'number',
          lines: [{ query: `sum(${recorded.windows.name}{class=~"$class"})`, name: 'windows' }],
        },
        {
          title: 'Alerts nobody has answered',
          about: 'Open alerts without a verdict.',
          unit: 'short',
          kind: 'number',
          lines: [{ query: max(page.openAlerts, { where: { answered: 'no' } }), name: 'unanswered' }],
        },
        {
          title: 'Opened in an hour',
          about: 'Alerts by models and by guards.',
          unit: 'short',
          kind: 'number',
          lines: [
            { query: increase(scorer.alerts, { where: opened, over: '1h' }), name: 'models' },
            { query: increase(scorer.guardAlerts, { where: opened, over: '1h' }), name: 'guards' },
          ],
        },
        {
          title: 'Services ready',
          about: 'Of those that answer: ready, and all.',
          unit: 'short',
          kind: 'number',
          lines: [
            { query: sum(service.ready), name: 'ready' },
            { query: `count(${service.ready.name})`, name: 'of' },
          ],
        },
        {
          title: 'Alerts about Tocsin',
          about: 'Rules of Prometheus that fire now; docs/runbook.md says what to do.',
          unit: 'short',
          kind: 'number',
          lines: [{ query: 'count(ALERTS{alertname=~"Tocsin.*", alertstate="firing"}) or vector(0)', name: 'firing' }],
        },
      ],
    },
    {
      title: 'Devices',
      panels: [
        {
          title: 'What devices are scored under',
          about: 'The current bundle, one that is tried, another one, or none yet.',
          unit: 'short',
          kind: 'stacked',
          lines: [{ query: sum(scorer.devicesByBundle, { where: ofClass, by: ['bundle'] }), name: '{{bundle}}' }],
        },
        {
          title: 'Windows by outcome',
          about: 'Scored is as it should be; gappy has holes, suppressed was said before, cold has no initialisation yet.',
          unit: 'ops',
          kind: 'stacked',
          lines: [{ query: rate(scorer.windows, { where: ofClass, by: ['outcome'] }), name: '{{outcome}}' }],
        },
        {
          title: 'What stands behind scores',
          about: 'From the fleet alone (prior) to enough windows of the device itself (watching).',
          unit: 'ops',
          kind: 'stacked',
          lines: [{ query: rate(scorer.windowsByConfidence, { where: ofClass, by: ['confidence'] }), name: '{{confidence}}' }],
        },
      ],
    },
    {
      title: 'Alerts',
      panels: [
        {
          title: 'Alerts opened',
          about: 'By models, in an hour.',
          unit: 'short',
          lines: [
            {
              query: increase(scorer.alerts, { where: opened, by: ['class', 'severity'], over: '1h' }),
              name: '{{class}} {{severity}}',
            },
          ],
        },
        {
          title: 'Guards',
          about: 'Alerts that need no model, opened in an hour: silence, flatline, range, clock skew, unit, slow drift.',
          unit: 'short',
          lines: [{ query: increase(scorer.guardAlerts, { where: opened, by: ['guard'], over: '1h' }), name: '{{guard}}' }],
        },
        {
          title: 'Share of devices with a new alert',
          about: 'Within 15 minutes. A fifth of a class at once is one cause, not many faults.',
          unit: 'percentunit',
          lines: [{ query: `${recorded.opened.name}{class=~"$class"}`, name: '{{class}}' }],
        },
        {
          title: 'Open alerts',
          about: 'As the console sees them, with and without a verdict.',
          unit: 'short',
          kind: 'stacked',
          lines: [{ query: max(page.openAlerts, { by: ['answered'] }), name: 'answered: {{answered}}' }],
        },
        {
          title: 'Verdicts',
          about: 'Given through consoles, in an hour.',
          unit: 'short',
          kind: 'stacked',
          lines: [{ query: increase(page.labels, { by: ['verdict'], over: '1h' }), name: '{{verdict}}' }],
        },
        {
          title: 'From a verdict to its effect',
          about: 'Until the state of the device names it. Seconds.',
          unit: 's',
          mayBeEmpty: 'nobody has given a verdict',
          lines: [
            { query: quantile(0.5, page.labelSeconds, { over: '1h' }), name: 'half' },
            { query: quantile(0.95, page.labelSeconds, { over: '1h' }), name: '95 of 100' },
          ],
        },
      ],
    },
    {
      title: 'Services',
      panels: [
        {
          title: 'Ready',
          about: '0 while /readyz says what is missing.',
          unit: 'short',
          lines: [{ query: min(service.ready, { by: ['instance'] }), name: '{{instance}}' }],
        },
        {
          title: 'Memory',
          about: 'Resident.',
          unit: 'bytes',
          lines: [{ query: `process_resident_memory_bytes * on (instance, job) ${service.build.name}`, name: '{{instance}}' }],
        },
        {
          title: 'Event loop',
          about: '99 of 100 turns took less. Heartbeats wait as long.',
          unit: 's',
          lines: [{ query: `nodejs_eventloop_lag_p99_seconds * on (instance, job) ${service.build.name}`, name: '{{instance}}' }],
        },
      ],
    },
  ],
};
