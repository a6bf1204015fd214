// An incident of 20,000 devices: grouped as one, answered by one press and taken back by another, without a flood of news; and one whose
// answer is cut in the middle.
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { encodeFleetIncident, listedMembersMax, signLink, type FleetIncident } from '@tocsin/schemas';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

const key = 'only notifier and console know this';
const { startMs } = alertOf('a');
let room: ConsoleRoom;
// 20,000 of anything take a while on a busy machine.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });
beforeAll(async () => {
  room = await openConsoleRoom({ links: `url: 'https://tocsin.example', key: '${key}'` });
});
afterAll(() => room.close());
afterEach(() => void vi.restoreAllMocks());

/** One device a millisecond; only the first 500 are listed. */
async function happen(prefix: string, count: number): Promise<string[]> {
  const devices = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  const alerts = devices.map((deviceId, i) =>
    alertOf(deviceId, { deviceClass: prefix, startMs: startMs + i, endMs: startMs + i }),
  );
  for (let at = 0; at < count; at += 1000) await room.sayAlerts(alerts.slice(at, at + 1000));
  const members = alerts.slice(0, listedMembersMax).map(({ deviceId, alertId, startMs: atMs }) => {
    return { deviceId, alertId, startMs: atMs, isOpen: true, wasTold: false };
  });
  const told = {
    incidentId: prefix,
    revision: 1,
    state: 'opened',
    deviceClass: prefix,
    kind: 'shift',
    severity: 'warning',
  } as const;
  const span = { startMs, endMs: startMs + count, joinedUntilMs: startMs + count - 1 };
  const incident: FleetIncident = {
    ...told,
    ...span,
    devices: count,
    devicesOpen: count,
    of: count,
    members,
    message: 'all of them',
  };
  await room.transport.writer().send([{ topic: 'tocsin.incidents', key: prefix, value: encodeFleetIncident(incident) }]);
  const { world } = room.page;
  await until(() => world.incidents.find(prefix) !== null, 'the incident is known', 100);
  await until(() => alerts.every(({ alertId }) => world.alerts.find(alertId) !== null), 'the alerts are known', 100);
  return devices;
}

const addressOf = (incidentId: string, pageUrl: string) => {
  const link = {
    incidentId,
    deviceClass: incidentId,
    verdict: 'maintenance',
    who: 'Ada',
    expiresMs: Date.now() + 3_600_000,
  } as const;
  return `${pageUrl}/answer?t=${signLink(link, key)}`;
};
async function press(address: string, fields: Record<string, string> = {}): Promise<string> {
  return (await fetch(address, { method: 'POST', body: new URLSearchParams(fields) })).text();
}

/** Hears labels until all of them were told; how many events that took. */
async function countEvents(labels: number, onListening: () => void): Promise<number> {
  const controller = new AbortController();
  const response = await fetch(`${room.page.url}/api/events`, { signal: controller.signal });
  let [text, told, events] = ['', 0, 0];
  for await (const chunk of response.body!) {
    if (text === '') onListening();
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0 && text !== ''; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (!block.includes('event: label')) continue;
      events += 1;
      told += (JSON.parse(/^data: (.*)$/m.exec(block)![1]) as { labels: number }).labels;
    }
    if (told >= labels) break;
  }
  controller.abort();
  return events;
}

test('20,000 devices are one group, and one press answers or takes back all', async () => {
  const count = 20_000;
  const devices = await happen('fan', count);
  type Listed = { groups: { groupId: string; alerts: number; incident: object | null }[] };
  const { groups } = (await room.get<Listed>('/api/alerts?life=open&limit=5')).body;
  expect(groups).toMatchObject([{ groupId: 'fan', alerts: count, incident: { devices: count } }]);
  const address = addressOf('fan', room.page.url);
  expect(await (await fetch(address)).text()).toContain('It answers 20,000 alerts, all of them open.');
  let isListening = false;
  const counting = countEvents(count, () => (isListening = true));
  await until(() => isListening, 'somebody listens');
  expect(await press(address)).toContain('Ada said of 20,000 alerts that this was maintenance.');
  expect(await counting).toBeLessThan(1000);
  const { verdicts } = room.page.world;
  const standing = () => devices.filter((deviceId) => verdicts.standing(deviceId, alertOf(deviceId).alertId) !== null).length;
  expect(standing()).toBe(count);
  expect(await press(address, { act: 'undo' })).toContain('on 20,000 alerts');
  expect(standing()).toBe(0);
});

test('a log that goes away in the middle is said in words; pressed again the rest is said, and nothing twice', async () => {
  await happen('mill', 1200);
  const real = room.transport.writer();
  let sends = 0;
  const send: typeof real.send = async (records) => {
    if (++sends === 2) throw Object.assign(new Error('the brokers are away'), { isRetriable: true });
    return real.send(records);
  };
  vi.spyOn(room.transport, 'writer').mockReturnValue({ ...real, send });
  const other = await room.another();
  await until(() => other.world.incidents.find('mill') !== null, 'the other console has read it', 100);
  await until(() => other.world.alerts.ofDevice('mill-1199').length === 1, 'the other console has read the alerts', 100);
  const address = addressOf('mill', other.url);
  const endOf = async () => {
    const info = await room.transport.admin().describe('tocsin.labels');
    return info!.partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);
  };
  const before = await endOf();
  expect(await press(address)).toContain('It could not be said, or not all of it');
  expect(await endOf()).toBe(before + 500);
  expect(await press(address)).toContain('Ada said of 700 alerts');
  expect(await endOf()).toBe(before + 1200);
  await other.stop();
});
