import { expect, test } from 'vitest';
import type { FleetIncident } from '@tocsin/schemas';
import { checksOf } from './checks.ts';
import type { DeviceOutcome } from './scoreboard.ts';

const device = (deviceId: string, more: Partial<DeviceOutcome>): DeviceOutcome => ({
  deviceId,
  deviceClass: 'pump',
  origin: 'simulated',
  split: 'fleet',
  windows: 9,
  windowsUntilReady: 5,
  confidence: 'watching',
  alerts: 1,
  injected: [],
  shared: [],
  inIncident: false,
  detected: 0,
  detectable: 0,
  delayMs: null,
  falseAlarms: 0,
  modelVersions: [1],
  ...more,
});

const incident = (incidentId: string): FleetIncident => ({
  incidentId,
  revision: 1,
  state: 'closed',
  deviceClass: 'pump',
  kind: 'shift',
  severity: 'critical',
  startMs: 0,
  endMs: 1,
  devices: 3,
  devicesOpen: 0,
  of: 4,
  members: [],
  message: '',
});

const shared = ['supply-sag'];
const reached = ['a', 'b', 'c', 'd'].map((id) => device(id, { shared, inIncident: id !== 'd' }));
const last = (devices: readonly DeviceOutcome[], incidents: readonly FleetIncident[]) =>
  checksOf(devices, [], [], incidents).at(-1);

test.each([
  ['one incident of most of them', reached, ['i'], true, '1, of 3 of the 4 machines'],
  ['two incidents', reached, ['i', 'j'], false, '2, of 3 of the 4 machines'],
  ['none', reached.map((one) => ({ ...one, inIncident: false })), [], false, '0, of 0 of the 4 machines'],
])('of what reached many at once: %s', (_, devices, ids, passed, found) => {
  expect(last(devices, ids.map(incident))).toMatchObject({ passed, found });
});

test('nothing is promised of incidents where nothing reached many at once', () => {
  expect(last([device('a', { injected: ['imbalance'], detectable: 1, detected: 1 })], [])).toMatchObject({
    name: 'injected faults of simulated machines raised alerts',
    passed: true,
    found: '1 of 1',
  });
});
