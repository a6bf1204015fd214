// From alerts over the notifier to a webhook and an Alertmanager, and from the link that they got back to the topic of labels.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { runNotifier, type RunningNotifier } from '@tocsin/notifier';
import { batchOf, decodeLabel, type Label } from '@tocsin/schemas';
import { openReceiver, type Receiver } from '../../services/notifier/src/sinks/receiver.fixture.ts';
import { secret } from '../../services/notifier/src/sinks/sink-room.fixture.ts';
import { readAll } from '../pipeline/scorer-room.ts';
import { alertOf, openConsoleRoom, until, windowOf, type ConsoleRoom } from './console-room.ts';

const key = 'only notifier and console know this';
const devices = ['pump-1', 'pump-2', 'pump-3', 'pump-4'];
let room: ConsoleRoom;
let notifier: RunningNotifier;
let hook: Receiver;
let alertmanager: Receiver;
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

beforeAll(async () => {
  [hook, alertmanager] = await Promise.all([openReceiver(), openReceiver()]);
  room = await openConsoleRoom({ links: `url: 'https://tocsin.example', key: '${key}'` });
  const file = `
state: { kind: embedded, directory: no-such-directory }
topics: { partitions: 2 }
classes: { pump: { channels: [x], rateHz: 4096 } }
links: { url: '${room.page.url}', key: '${key}' }
notifier:
  httpPort: 0
  grouping: { holdMs: 60000, updateEveryMs: 1000 }
  sinks:
    hook: { kind: webhook, url: '${hook.url}', secret: '${secret}', recipient: shift room }
    am: { kind: alertmanager, url: '${alertmanager.url}' }`;
  notifier = await runNotifier(loadConfig({ file, env: {} }), { ...room, note: () => undefined });
});
afterAll(async () => {
  await notifier.stop();
  await room.close();
  await Promise.all([hook.close(), alertmanager.close()]);
});

type Told = { about: string; devices: number; links: { page: string; answers: Record<string, string> } };
const told = () => hook.taken().map(({ body }) => JSON.parse(body) as Told);
const labels = (): Promise<Label[]> => readAll(room.transport, 'tocsin.labels', ({ value }) => decodeLabel(value!));

test('a common cause is told once, answered with one press for all its devices, and taken back with another', async () => {
  await room.sayWindows(devices.map((deviceId) => windowOf(deviceId, 0)));
  await room.sayAlerts(devices.map((deviceId, i) => alertOf(deviceId, { revision: 1, startMs: alertOf(deviceId).startMs + i })));
  await until(() => told().some(({ devices: count }) => count === devices.length), 'all are told as one', 100);
  const { about, links } = told().at(-1)!;
  expect([about, Object.keys(links.answers)]).toEqual(['incident', ['real', 'false-alarm', 'maintenance', 'unsure']]);
  type Posted = { labels: { alertname: string }; annotations: Record<string, string> };
  const posted = () => alertmanager.taken().flatMap(({ body }) => JSON.parse(body) as Posted[]);
  await until(() => posted().length > 0, 'the Alertmanager has heard of it', 100);
  expect(posted()[0]).toMatchObject({ labels: { alertname: 'TocsinFleetIncident' } });
  expect(posted()[0].annotations['answer_false_alarm']).toMatch(/\/answer\?t=[\w-]+\.[\w-]+$/);

  const { world } = room.page;
  await until(() => world.alerts.size() === devices.length, 'the console knows the alerts', 100);
  const page = await (await fetch(links.answers['false-alarm'])).text();
  expect(page).toContain('4 pump, one incident: was it a false alarm?');
  expect(await labels()).toEqual([]);
  await fetch(links.answers['false-alarm'], { method: 'POST', body: new URLSearchParams({ note: 'grid' }) });
  const said = await labels();
  expect(said.map(({ deviceId }) => deviceId).toSorted()).toEqual(devices);
  for (const label of said) expect(label).toMatchObject({ verdict: 'false-alarm', who: 'shift room', note: 'grid' });
  expect(new Set(said.map(({ labelId }) => batchOf(labelId)?.about))).toEqual(new Set(['incident']));
  expect(new Set(said.map(({ labelId }) => batchOf(labelId)?.batchId)).size).toBe(1);
  await fetch(links.answers['false-alarm'], { method: 'POST', body: new URLSearchParams({ act: 'undo' }) });
  expect(await labels()).toHaveLength(8);
  for (const deviceId of devices) expect(world.verdicts.standing(deviceId, alertOf(deviceId).alertId)).toBeNull();
});
