// Who knows whether an alert has ended: the state of its device, or of its class; and where they know nothing, nobody does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guardAlertId, noGroups, noIncident, noScores, storeGroups, takeAlert } from '@tocsin/decisions';
import { emptySupport, encodeDeviceState } from '@tocsin/models';
import {
  deviceStateKey,
  noGuards,
  noLabels,
  noTeaching,
  noticesKey,
  type DeviceState,
  type FleetIncident,
} from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { encodeDesk } from '../grouping/desk-codec.ts';
import { noticeOfAlert, noticeOfIncident } from '../notices/notice.ts';
import { endedAmong } from './ended-among.ts';
import { openAlertOf } from './postable-alert.ts';
import { alertOf } from './sink-room.fixture.ts';

let directory: string;
let state: StateStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  state = createEmbeddedState({ directory });
});
afterEach(async () => {
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

const links = { page: null, answers: {} };
const alertAt = (id: string, deviceId: string) => [id, openAlertOf(noticeOfAlert(alertOf(deviceId), 0), links, 0)] as const;

test('an alert that its device does not have open has ended, whether of the model or of a guard', async () => {
  const span = { revision: 1, startMs: 1000, endMs: 2000, windows: 3 };
  const open = { ...span, alertId: 'open', score: 3, threshold: 1, pValue: 1e-5, severity: 'warning' as const };
  const guard = { ...span, value: 4, bound: 5, channel: 0 };
  const device: DeviceState = {
    ...noScores,
    deviceId: 'pump-1',
    deviceClass: 'pump',
    specHash: '',
    frontierMs: 2000,
    revision: 0,
    modelVersion: 1,
    support: emptySupport(3),
    labels: noLabels,
    teaching: noTeaching,
    incident: { ...noIncident, open },
    guards: { ...noGuards, lives: { silent: { over: 3, calm: 0, isDismissed: false, open: guard } } },
  };
  const { deviceId } = device;
  await state.put(deviceStateKey(deviceId), encodeDeviceState(device));
  await state.put(deviceStateKey('torn'), Buffer.from('torn'));
  const asked = [
    alertAt(open.alertId, deviceId),
    alertAt(guardAlertId('silent', deviceId, guard.startMs), deviceId),
    alertAt('of-long-ago', deviceId),
    alertAt('unknown', 'nobody'),
    alertAt('unreadable', 'torn'),
  ];
  expect(await endedAmong(state, asked)).toEqual(['of-long-ago']);
});

test('an incident that its class does not have open has ended', async () => {
  const groups = { ...noGroups('pump'), devices: 3 };
  const plan = { share: 0.1, minDevices: 2, spanMs: 60_000, holdMs: 1000, updateEveryMs: 1000 };
  const told = ['a', 'b'].flatMap((deviceId) => takeAlert(groups, alertOf(deviceId), 0, plan));
  const incident: FleetIncident = told.flatMap((each) => (each.about === 'incident' ? [each.incident] : []))[0];
  await state.put(noticesKey('pump'), encodeDesk({ sequence: 1, next: {}, groups: storeGroups(groups), outbox: [] }));
  const asked = [incident.incidentId, 'of-long-ago'].map((incidentId) => {
    const notice = noticeOfIncident({ ...incident, incidentId }, 0);
    return [incidentId, openAlertOf(notice, links, 0)] as const;
  });
  expect(await endedAmong(state, asked)).toEqual(['of-long-ago']);
});
