// Every metric of the notifier, declared in one place.
import { incidentKinds } from '@tocsin/schemas';
import type { Declarations } from './metric-declaration.ts';

export const notifierMetrics = {
  notices: {
    kind: 'counter',
    name: 'tocsin_notices_total',
    help: 'What people were to be told: records written for the sinks, an alert or an incident each.',
    labels: { class: 'class', about: ['alert', 'incident'] },
  },
  grouped: {
    kind: 'counter',
    name: 'tocsin_alerts_grouped_total',
    help: 'Alerts that were told as part of a common-cause incident instead of by themselves.',
    labels: { class: 'class' },
  },
  openIncidents: {
    kind: 'gauge',
    name: 'tocsin_incidents_open',
    help: 'Common-cause incidents that have not closed.',
    labels: { class: 'class', kind: incidentKinds },
  },
  held: {
    kind: 'gauge',
    name: 'tocsin_alerts_held',
    help: 'Alerts that wait for their peers before they are told by themselves.',
    labels: { class: 'class' },
  },
  classDevices: {
    kind: 'gauge',
    name: 'tocsin_notifier_class_devices',
    help: 'Devices that sent a window within the last half hour: of so many a share has to shift for an incident.',
    labels: { class: 'class' },
  },
  unreadable: {
    kind: 'counter',
    name: 'tocsin_notifier_unreadable_records_total',
    help: 'Alerts and notices that could not be read and were passed over.',
    labels: {},
  },
  deliveries: {
    kind: 'counter',
    name: 'tocsin_deliveries_total',
    help: 'Notices that a sink is done with: delivered, refused by whoever listens there, or expired; the last two are kept in `topics.undelivered`.',
    labels: { sink: 'sink', outcome: ['delivered', 'refused', 'expired'] },
  },
  failures: {
    kind: 'counter',
    name: 'tocsin_delivery_failures_total',
    help: 'Attempts to deliver that failed and are repeated.',
    labels: { sink: 'sink', reason: ['unreachable', 'timeout', 'status'] },
  },
  deliverySeconds: {
    kind: 'histogram',
    name: 'tocsin_delivery_seconds',
    help: 'From the writing of a notice until its delivery.',
    labels: { sink: 'sink' },
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600],
  },
  sinkLag: {
    kind: 'gauge',
    name: 'tocsin_sink_lag_records',
    help: 'Notices that a sink has still to deliver.',
    labels: { sink: 'sink' },
  },
  sinkWaiting: {
    kind: 'gauge',
    name: 'tocsin_sink_waiting_seconds',
    help: 'Age of the oldest notice that a sink is trying to deliver; 0 when it is not.',
    labels: { sink: 'sink' },
  },
  refreshed: {
    kind: 'gauge',
    name: 'tocsin_sink_refreshed',
    help: 'Alerts and incidents that an Alertmanager is told again and again because they are open.',
    labels: { sink: 'sink' },
  },
} as const satisfies Declarations;
