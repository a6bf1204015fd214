// One-click answers for whole incidents: from the notice over its link to the labels, and back.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { encodeFleetIncident, signLink, type Alert, type FleetIncident, type IncidentLink } from '@tocsin/schemas';
import { linksOf } from '../../services/notifier/src/notices/answer-links.ts';
import { noticeOfIncident } from '../../services/notifier/src/notices/notice.ts';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

const key = 'only notifier and console know this';
const url = 'https://tocsin.example';
let room: ConsoleRoom;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
beforeAll(async () => {
  room = await openConsoleRoom({ settings: 'token: s3cret', links: `url: '${url}', key: '${key}'` });
});
afterAll(() => room.close());

const { startMs } = alertOf('a');

function incidentOf(incidentId: string, devices: readonly string[], more: Partial<FleetIncident> = {}): FleetIncident {
  const members = devices.map((deviceId) => ({
    deviceId,
    alertId: alertOf(deviceId).alertId,
    startMs,
    isOpen: true,
    wasTold: false,
  }));
  const counts = { devices: devices.length, devicesOpen: devices.length, of: 400 };
  const told = {
    incidentId,
    revision: devices.length,
    state: 'opened',
    deviceClass: 'pump',
    kind: 'shift',
    severity: 'warning',
  } as const;
  const message = `${devices.length} of 400 pump <shifted> together`;
  return { ...told, startMs, endMs: startMs + 1000, ...counts, members: members.slice(0, 500), message, ...more };
}
const tell = (incident: FleetIncident) =>
  room.transport.writer().send([{ topic: 'tocsin.incidents', key: incident.deviceClass, value: encodeFleetIncident(incident) }]);

/** An incident as the console knows it, with an alert of each device. */
async function happen(incident: FleetIncident, alerts: readonly Alert[]): Promise<FleetIncident> {
  await room.sayAlerts(alerts);
  await tell(incident);
  const { world } = room.page;
  await until(() => alerts.every(({ alertId }) => world.alerts.find(alertId) !== null), 'the alerts are known');
  await until(() => (world.incidents.find(incident.incidentId)?.revision ?? -1) >= incident.revision, 'the incident is known');
  return incident;
}
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
const simple = (prefix: string, count: number) =>
  happen(
    incidentOf(prefix, names(prefix, count)),
    names(prefix, count).map((deviceId) => alertOf(deviceId)),
  );

/** The address of an answer as the notice of a revision carries it. */
function linkIn(incident: FleetIncident, verdict: IncidentLink['verdict'], who = 'Ada'): string {
  const plan = { url, key, validForMs: 3_600_000 };
  return linksOf(noticeOfIncident(incident, Date.now()), plan, who).answers[verdict]!.replace(url, room.page.url);
}

type Page = { status: number; text: string };
const read = async (response: Response): Promise<Page> => ({ status: response.status, text: await response.text() });
const visit = async (address: string) => read(await fetch(address));
const press = async (address: string, fields: Record<string, string> = {}) => {
  const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' };
  return read(await fetch(address, { method: 'POST', body: new URLSearchParams(fields), headers }));
};
const seenIn = ({ text }: Page) => /name="seen" value="(\d+)"/.exec(text)![1];
const saidOf = (deviceId: string) => room.page.world.verdicts.ofSubject(deviceId, alertOf(deviceId).alertId);
const standingOf = (deviceId: string) => room.page.world.verdicts.standing(deviceId, alertOf(deviceId).alertId)?.verdict ?? null;
const answer = (deviceId: string, verdict: string, who: string) =>
  room.post('/api/labels', { deviceId, subjectId: alertOf(deviceId).alertId, verdict, who }, { authorization: 'Bearer s3cret' });
const inTopic = async () => {
  const info = await room.transport.admin().describe('tocsin.labels');
  return info!.partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);
};

test('opened it says what it is, how many alerts it answers and whose answers it overrules, and does nothing; its button answers all of them, once', async () => {
  const devices = names('p', 4);
  const incident = await happen(incidentOf('p', devices), [
    ...devices.slice(1).map((deviceId) => alertOf(deviceId)),
    alertOf('p-0', { state: 'closed' }),
  ]);
  await answer('p-1', 'real', 'Bob');
  await answer('p-2', 'false-alarm', 'Bob');
  const address = linkIn(incident, 'false-alarm');
  const before = await inTopic();
  const { status, text } = await visit(address);
  expect([status, await inTopic()]).toEqual([200, before]);
  expect(text).toContain('4 pump, one incident: was it a false alarm?');
  expect(text).toContain('4 of 400 pump &lt;shifted&gt; together');
  expect(text).toContain('It answers 3 alerts, 2 of them open.');
  expect(text).toContain('1 of them has another answer (real by Bob): yours will stand.');
  expect(text).toContain('1 more is called false alarm already.');
  // A finger that trembles presses twice.
  const [first, second] = await Promise.all([press(address, { note: 'power dip' }), press(address, { note: 'power dip' })]);
  expect(first.text).toContain('Ada said of 3 alerts that this was a false alarm.');
  expect(second.text).toContain('this link has been used');
  expect(await inTopic()).toBe(before + 3);
  expect(devices.map(standingOf)).toEqual(devices.map(() => 'false-alarm'));
  expect(saidOf('p-1').at(-1)).toMatchObject({
    who: 'Ada',
    note: 'power dip',
    labelId: expect.stringMatching(/^incident-/) as string,
  });
  expect(saidOf('p-2').map(({ who }) => who)).toEqual(['Bob']);
  await press(address);
  expect(await inTopic()).toBe(before + 3);
});

test('devices that join later were not seen: not answered, and asked for when the link is opened again', async () => {
  const incident = await simple('join', 3);
  const address = linkIn(incident, 'maintenance');
  const page = await visit(address);
  await until(() => Date.now() > Number(seenIn(page)), 'the clock has moved on');
  await happen(incidentOf('join', names('join', 4)), [alertOf('join-3')]);
  const pressed = await press(address, { seen: seenIn(page) });
  expect(pressed.text).toContain('Ada said of 3 alerts that this was maintenance.');
  expect(pressed.text).toContain('one alert of it came since and is not answered');
  expect(standingOf('join-3')).toBeNull();
  // Somebody else answers one that came later: that is not asked for.
  await happen(incidentOf('join', names('join', 5)), [alertOf('join-4')]);
  await answer('join-4', 'real', 'Bob');
  const again = await visit(address);
  expect(again.text).toContain('this link has been used');
  expect(again.text).toContain('Yes, maintenance: that one, too');
  await press(address, { seen: seenIn(again) });
  expect([standingOf('join-3'), standingOf('join-4')]).toEqual(['maintenance', 'real']);
  expect((await visit(address)).text).not.toContain('came since');
  // The link in a later notice of the same incident has nothing to add of what says so already.
  const later = linkIn(incidentOf('join', names('join', 5)), 'maintenance', 'Ada B');
  expect((await visit(later)).text).toContain('It answers one alert, which is open. 1 of them has another answer (real by Bob)');
});

test('taken back by the same link: on each alert what stood before stands again, and what others said since', async () => {
  const incident = await simple('back', 3);
  await answer('back-0', 'real', 'Bob');
  const address = linkIn(incident, 'unsure');
  expect((await press(address)).text).toContain('Take it back');
  await answer('back-1', 'maintenance', 'Eve');
  const page = await press(address, { act: 'undo' });
  expect(page.text).toContain('3 pump, one incident: taken back');
  expect(names('back', 3).map(standingOf)).toEqual(['real', 'maintenance', null]);
  expect(saidOf('back-2').map(({ who, undoes }) => [who, undoes !== null])).toEqual([
    ['Ada', false],
    ['Ada', true],
  ]);
  // Neither says anything again.
  const after = await inTopic();
  for (const act of ['say', 'undo']) expect((await press(address, { act })).text).toContain('taken back');
  expect(await inTopic()).toBe(after);
});

test('a link for one alert of an incident says that it is one of many, and answers the one', async () => {
  await simple('one', 3);
  const subject = { alertId: alertOf('one-1').alertId, deviceId: 'one-1' };
  const link = { ...subject, verdict: 'real', who: 'Ada', expiresMs: Date.now() + 60_000 } as const;
  const address = `${room.page.url}/answer?t=${signLink(link, key)}`;
  expect((await visit(address)).text).toContain('It is part of an incident of 3 devices. This link answers this one alert.');
  await press(address);
  expect(names('one', 3).map(standingOf)).toEqual([null, 'real', null]);
});

const good = (more: Partial<IncidentLink> = {}): IncidentLink => {
  const link = {
    incidentId: 'never',
    deviceClass: 'pump <b>',
    verdict: 'real',
    who: 'Ada',
    expiresMs: Date.now() + 60_000,
  } as const;
  return { ...link, ...more };
};
test.each([
  [
    'of an incident that is not known',
    () => signLink(good(), key),
    404,
    'pump &lt;b&gt;: this incident is not known here any more',
  ],
  ['that has expired', () => signLink(good({ expiresMs: 1 }), key), 410, 'pump &lt;b&gt;, an incident: this link has expired'],
  ['that was cut', () => signLink(good(), key).slice(0, -2), 400, 'not complete, or was changed'],
  ['signed with another key', () => signLink(good(), 'x'.repeat(32)), 400, 'not complete, or was changed'],
])('a link %s says so and does nothing', async (_, token, status, text) => {
  const address = `${room.page.url}/answer?t=${token()}`;
  const before = await inTopic();
  for (const page of [await visit(address), await press(address), await press(address, { act: 'undo' })]) {
    expect(page.status).toBe(status);
    expect(page.text).toContain(text);
  }
  expect(await inTopic()).toBe(before);
});
