// Common-cause incidents on the alerts page's API: alerts stand under what they are told as, however far apart they began.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { encodeFleetIncident, type FleetIncident } from '@tocsin/schemas';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

type Groups = {
  groups: { groupId: string; alertIds: string[]; incident: { message: string; state: string; devicesOpen: number } | null }[];
};

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let room: ConsoleRoom;
beforeAll(async () => {
  room = await openConsoleRoom();
});
afterAll(() => room.close());

const hourMs = 3_600_000;
const startMs = alertOf('a').startMs;

function incidentOf(devices: readonly string[], more: Partial<FleetIncident> = {}): FleetIncident {
  return {
    incidentId: 'i1',
    revision: 1,
    state: 'opened',
    deviceClass: 'pump',
    kind: 'shift',
    severity: 'warning',
    startMs,
    endMs: startMs + 1000,
    devices: devices.length,
    devicesOpen: devices.length,
    of: 10,
    members: devices.map((deviceId) => ({ deviceId, alertId: alertOf(deviceId).alertId, startMs, isOpen: true, wasTold: false })),
    message: `${devices.length} of 10 pump shifted together`,
    ...more,
  };
}
const say = (...incidents: FleetIncident[]) =>
  room.transport
    .writer()
    .send(incidents.map((one) => ({ topic: 'tocsin.incidents', key: one.deviceClass, value: encodeFleetIncident(one) })));
const groups = async () => (await room.get<Groups>('/api/alerts?life=open')).body.groups;

test('alerts of an incident stand together, others beside them; the newest revision is what is shown', async () => {
  await room.sayAlerts([alertOf('a'), alertOf('b', { startMs: startMs + hourMs, endMs: startMs + hourMs }), alertOf('c')]);
  await until(() => room.page.world.alerts.size() === 3, 'the alerts are known');
  expect((await groups()).map(({ incident }) => incident)).toEqual([null, null]);
  await say(incidentOf(['a', 'b'], { revision: 2, state: 'updated', devicesOpen: 1, message: 'two of them' }), incidentOf(['a']));
  await until(async () => (await groups()).some(({ incident }) => incident !== null), 'the incident is known');
  const [told, alone] = (await groups()).sort((one, two) => two.alertIds.length - one.alertIds.length);
  expect(told).toMatchObject({ groupId: 'i1', incident: { message: 'two of them', state: 'updated', devicesOpen: 1 } });
  expect(told.alertIds.toSorted()).toEqual(['alert-of-a', 'alert-of-b']);
  expect(alone).toMatchObject({ alertIds: ['alert-of-c'], incident: null });
});
