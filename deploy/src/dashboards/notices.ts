// From an alert to the people who are told: incidents, sinks, deliveries.
import { notifierMetrics as notifier } from '@tocsin/observability';
import { increase, max, quantile, rate, sum } from '../promql.ts';
import { limits } from '../rules/recorded.ts';
import { noneIsWell, wellBelow, type DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };

export const notices: DashboardPlan = {
  uid: 'tocsin-notices',
  title: 'Tocsin: notices',
  about: 'What people are told, as incidents or one by one, and whether it reaches them.',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          title: 'Longest wait',
          about: 'Age of the oldest notice that a sink is trying to deliver.',
          unit: 's',
          kind: 'number',
          steps: wellBelow(limits.sinkWaitingS, 'red'),
          lines: [{ query: max(notifier.sinkWaiting), name: 'waiting' }],
        },
        {
          title: 'Undelivered in a day',
          about: 'Refused by their sink, or given up; they are kept in topics.undelivered.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('red'),
          lines: [
            {
              query: `${increase(notifier.deliveries, { where: { outcome: ['refused', 'expired'] }, over: '1d' })} or vector(0)`,
              name: 'lost',
            },
          ],
        },
        {
          title: 'Delivered in an hour',
          about: 'To all sinks together.',
          unit: 'count',
          kind: 'number',
          lines: [
            {
              query: `${increase(notifier.deliveries, { where: { outcome: 'delivered' }, over: '1h' })} or vector(0)`,
              name: 'delivered',
            },
          ],
        },
        {
          title: 'Failed in an hour',
          about: 'Attempts to deliver; each is repeated until it succeeds or expires.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [{ query: `${increase(notifier.failures, { over: '1h' })} or vector(0)`, name: 'failed' }],
        },
        {
          title: 'Open incidents',
          about: 'Many devices of a class with one cause.',
          unit: 'count',
          kind: 'number',
          lines: [{ query: sum(notifier.openIncidents, { where: ofClass }), name: 'incidents' }],
        },
        {
          title: 'Alerts held',
          about: 'That wait for a moment whether their peers follow.',
          unit: 'count',
          kind: 'number',
          lines: [{ query: sum(notifier.held, { where: ofClass }), name: 'held' }],
        },
      ],
    },
    {
      title: 'What is told',
      panels: [
        {
          title: 'Notices',
          about: 'In an hour, about alerts by themselves and about common-cause incidents.',
          unit: 'count',
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
          unit: 'count',
          lines: [
            { query: sum(notifier.openIncidents, { where: ofClass, by: ['class', 'kind'] }), name: '{{class}} {{kind}}' },
            { query: increase(notifier.grouped, { where: ofClass, by: ['class'], over: '1h' }), name: '{{class}} grouped' },
          ],
        },
        {
          title: 'Held',
          about: 'Alerts that wait for their peers.',
          unit: 'count',
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
          unit: 'count',
          colours: { delivered: 'green', refused: 'red', expired: 'orange' },
          lines: [
            { query: increase(notifier.deliveries, { by: ['sink', 'outcome'], over: '1h' }), name: '{{sink}} {{outcome}}' },
          ],
        },
        {
          title: 'Attempts that failed',
          about: 'And are repeated.',
          unit: 'rate',
          lines: [{ query: rate(notifier.failures, { by: ['sink', 'reason'] }), name: '{{sink}} {{reason}}' }],
        },
        {
          title: 'Waiting',
          about: 'Age of what a sink is trying to deliver, and how long deliveries took.',
          unit: 's',
          mayBeEmpty: 'nothing has been delivered yet',
          lines: [
            { query: max(notifier.sinkWaiting, { by: ['sink'] }), name: '{{sink}} waiting' },
            { query: quantile(0.95, notifier.deliverySeconds, { by: ['sink'], over: '1h' }), name: '{{sink}} 95 of 100' },
          ],
        },
      ],
    },
  ],
};
