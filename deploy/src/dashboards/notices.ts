// From an alert to the people who are told: incidents, sinks, deliveries.
import { notifierMetrics as notifier } from '@tocsin/observability';
import { increase, max, quantile, rate, sum } from '../promql.ts';
import type { DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };

export const notices: DashboardPlan = {
  uid: 'tocsin-notices',
  title: 'Tocsin: notices',
  about: 'What people are told, as incidents or one by one, and whether it reaches them.',
  rows: [
    {
      title: 'What is told',
      panels: [
        {
          title: 'Notices',
          about: 'In an hour, about alerts by themselves and about common-cause incidents.',
          unit: 'short',
          kind: 'stacked',
          lines: [
            {
              query: increase(notifier.notices, { where: ofClass, by: ['class', 'about'], over: '1h' }),
              name: '{{class}} {{about}}',
            },
          ],
        },
        {
          title: 'Incidents',
          about: 'Open ones, and alerts in an hour that were told as part of one.',
          unit: 'short',
          lines: [
            { query: sum(notifier.openIncidents, { where: ofClass, by: ['class', 'kind'] }), name: '{{class}} {{kind}}' },
            { query: increase(notifier.grouped, { where: ofClass, by: ['class'], over: '1h' }), name: '{{class}} grouped' },
          ],
        },
        {
          title: 'Held',
          about: 'Alerts that wait for their peers.',
          unit: 'short',
          lines: [{ query: sum(notifier.held, { where: ofClass, by: ['class'] }), name: '{{class}}' }],
        },
      ],
    },
    {
      title: 'Whether it arrives',
      panels: [
        {
          title: 'Deliveries',
          about: 'Notices that sinks are done with, in an hour. Refused and expired ones are kept in topics.undelivered.',
          unit: 'short',
          lines: [
            { query: increase(notifier.deliveries, { by: ['sink', 'outcome'], over: '1h' }), name: '{{sink}} {{outcome}}' },
          ],
        },
        {
          title: 'Attempts that failed',
          about: 'And are repeated.',
          unit: 'ops',
          lines: [{ query: rate(notifier.failures, { by: ['sink', 'reason'] }), name: '{{sink}} {{reason}}' }],
        },
        {
          title: 'Waiting',
          about: 'Age of what a sink is trying to deliver, and how long deliveries took.',
          unit: 's',
          mayBeEmpty: 'nothing may have been delivered yet',
          lines: [
            { query: max(notifier.sinkWaiting, { by: ['sink'] }), name: '{{sink}} waiting' },
            { query: quantile(0.95, notifier.deliverySeconds, { by: ['sink'], over: '1h' }), name: '{{sink}} 95 of 100' },
          ],
        },
      ],
    },
  ],
};
