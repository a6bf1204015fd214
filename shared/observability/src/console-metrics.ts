// Every metric of the console, declared in one place.
import { labelVerdicts } from '@tocsin/schemas';
import type { Declarations } from './metric-declaration.ts';

export const consoleMetrics = {
  devices: { kind: 'gauge', name: 'tocsin_console_devices', help: 'Devices in the memory of the console.', labels: {} },
  devicesForgotten: {
    kind: 'counter',
    name: 'tocsin_console_devices_forgotten_total',
    help: 'Devices that were forgotten because there were more than `console.devicesMax`.',
    labels: {},
  },
  openAlerts: {
    kind: 'gauge',
    name: 'tocsin_console_open_alerts',
    help: 'Alerts that have not closed, as the console sees them.',
    labels: { answered: ['yes', 'no'] },
  },
  labels: {
    kind: 'counter',
    name: 'tocsin_console_labels_total',
    help: 'Verdicts that people gave through this console.',
    labels: { verdict: labelVerdicts },
  },
  labelSeconds: {
    kind: 'histogram',
    name: 'tocsin_console_label_effect_seconds',
    help: 'From a verdict until the state of its device named it.',
    labels: {},
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  },
  clients: { kind: 'gauge', name: 'tocsin_console_clients', help: 'Pages that listen for news.', labels: {} },
  clientsDropped: {
    kind: 'counter',
    name: 'tocsin_console_clients_dropped_total',
    help: 'Listeners that were cut off because they did not read.',
    labels: {},
  },
  unreadable: {
    kind: 'counter',
    name: 'tocsin_console_unreadable_records_total',
    help: 'Records that the console could not read and passed over.',
    labels: {},
  },
} as const satisfies Declarations;
