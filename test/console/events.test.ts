// News as server-sent events: what somebody hears who was away for a moment, for an hour, or who does not read at all.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alertOf, openConsoleRoom, until, windowOf, type ConsoleRoom } from './console-room.ts';

type Heard = { id: string; type: string; data: Record<string, unknown> };

// A busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let room: ConsoleRoom;
beforeAll(async () => {
  room = await openConsoleRoom({ settings: 'clientsMax: 3' });
});
afterAll(() => room.close());

/** Connections that have heard something. */
let listening = 0;

/** Listens until `isEnough`, as a browser that had `lastEventId` before; the connection stays open until then. */
async function listen(lastEventId: string | null, isEnough: (heard: Heard[]) => boolean, query = ''): Promise<Heard[]> {
  const controller = new AbortController();
  const headers: Record<string, string> = lastEventId === null ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(`${room.page.url}/api/events${query}`, { headers, signal: controller.signal });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const heard: Heard[] = [];
  let text = '';
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      if (heard.push(parsed(text.slice(0, end))) === 1) listening += 1;
      text = text.slice(end + 2);
    }
    if (isEnough(heard)) break;
  }
  controller.abort();
  return heard;
}

function parsed(block: string): Heard {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  return { id: field('id'), type: field('event'), data: JSON.parse(field('data')) as Record<string, unknown> };
}

const has =
  (type: string, times = 1) =>
  (heard: Heard[]) =>
    heard.filter((each) => each.type === type).length >= times;

test('an alert, a label and windows are heard, numbered', async () => {
  const before = listening;
  const hearing = listen(null, (heard) => has('alert')(heard) && has('label')(heard) && has('fleet')(heard));
  await until(() => listening === before + 1, 'somebody listens');
  await room.sayWindows([windowOf('a', 0)]);
  await room.sayAlerts([alertOf('a')]);
  await room.post('/api/labels', { deviceId: 'a', subjectId: 'alert-of-a', verdict: 'real', who: 'Ada' });
  const heard = await hearing;
  expect(heard[0]).toMatchObject({ type: 'hello', data: { missed: 0, standing: null } });
  expect(heard.find(({ type }) => type === 'label')!.data).toMatchObject({ verdict: 'real', who: 'Ada', deviceId: 'a' });
  const numbers = heard.slice(1).map(({ id }) => Number(id.split('-')[1]));
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0] + i));
});

test('who looks at a device hears its windows, with their figures; others do not', async () => {
  const before = listening;
  const [own, other] = [listen(null, has('windows'), '?device=b'), listen(null, has('fleet'))];
  await until(() => listening === before + 2, 'both listen');
  await room.sayWindows([windowOf('b', 0, { score: 2.5 }), windowOf('c', 0)]);
  const { data } = (await own).find(({ type }) => type === 'windows')!;
  expect(data).toMatchObject({ deviceId: 'b', series: { score: [2.5], threshold: [1] } });
  expect((await other).map(({ type }) => type)).not.toContain('windows');
});

test('who was away for a moment hears what was missed, in order', async () => {
  const before = await listen(null, has('hello'));
  await room.sayAlerts(['m-1', 'm-2', 'm-3'].map((deviceId) => alertOf(deviceId)));
  await until(() => room.page.world.alerts.find('alert-of-m-3') !== null, 'alerts are known');
  const after = await listen(before.at(-1)!.id, has('alert', 3));
  expect(after[0]).toMatchObject({ type: 'hello', data: { missed: expect.any(Number) as number } });
  const alerts = after.filter(({ type }) => type === 'alert').map(({ data }) => data['deviceId']);
  expect(new Set(alerts)).toEqual(new Set(['m-1', 'm-2', 'm-3']));
});

test('who slept for so long that it is forgotten, or knew another console, is told to look at everything again', async () => {
  const before = await listen(null, has('hello'));
  await room.sayAlerts(Array.from({ length: 2100 }, (_, i) => alertOf(`n-${i}`)));
  await until(() => room.page.world.fleet.devices.size >= 2100, 'alerts are known');
  expect((await listen(before.at(-1)!.id, (heard) => heard.length > 0))[0].type).toBe('reset');
  expect((await listen('other-3', (heard) => heard.length > 0))[0].type).toBe('reset');
  expect((await listen('nonsense', (heard) => heard.length > 0))[0].type).toBe('reset');
});

test('a page that opens its ears anew says itself what it heard last', async () => {
  const before = await listen(null, has('hello'));
  await room.sayAlerts([alertOf('p-1')]);
  await until(() => room.page.world.alerts.find('alert-of-p-1') !== null, 'the alert is known');
  const after = await listen(null, has('alert'), `?after=${before.at(-1)!.id}`);
  expect(after.find(({ type }) => type === 'alert')!.data).toMatchObject({ deviceId: 'p-1' });
});

test('what was missed fits into what one may be behind: whoever comes back is not cut off for it', async () => {
  const before = await listen(null, has('hello'));
  const message = 'x'.repeat(10_000);
  await room.sayAlerts(Array.from({ length: 80 }, (_, i) => alertOf(`q-${i}`, { message })));
  await until(() => room.page.world.fleet.devices.has('q-79') && room.page.world.fleet.devices.has('q-78'), 'alerts are known');
  expect((await listen(before.at(-1)!.id, (heard) => heard.length > 0))[0].type).toBe('reset');
  expect(room.page.world.alerts.size()).toBeGreaterThan(80);
});

test('who does not read is cut off before it costs memory', async () => {
  const { port, hostname } = new URL(room.page.url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve) => void socket.once('connect', resolve));
  socket.write(`GET /api/events HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await new Promise<void>((resolve) => void socket.once('data', () => resolve()));
  socket.pause();
  let isClosed = false;
  socket.once('close', () => (isClosed = true)).once('error', () => (isClosed = true));
  const message = 'x'.repeat(20_000);
  for (let round = 0; round < 40 && !isClosed; round++) {
    await room.sayAlerts(Array.from({ length: 50 }, (_, i) => alertOf(`slow-${i}`, { revision: round, message })));
    await sleep(30);
  }
  socket.resume();
  await until(() => isClosed, 'it is cut off');
  expect(isClosed).toBe(true);
});

test('whoever only asks for the head takes no place', async () => {
  const { status } = await fetch(`${room.page.url}/api/events`, { method: 'HEAD' });
  expect(status).toBe(404);
});

test('there are only so many listeners; the next is told why', async () => {
  const controller = new AbortController();
  const open = await Promise.all(
    Array.from({ length: 3 }, () => fetch(`${room.page.url}/api/events`, { signal: controller.signal })),
  );
  expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
  const refused = await room.get<{ error: { code: string; remedy: string } }>('/api/events');
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'too_many' } } });
  controller.abort();
});
