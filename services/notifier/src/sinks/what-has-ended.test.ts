// Whatever happens on the way: what has ended does not fire at an Alertmanager for ever, and what is open is told again.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeAlert, type Alert } from '@tocsin/schemas';
import { createOpenAlerts } from './open-alerts.ts';
import type { OpenAlert, PostableAlert } from './postable-alert.ts';
import { createAlertmanager } from './prometheus-sink.ts';
import { openReceiver, type Receiver } from './receiver.fixture.ts';
import { alertOf, openSinkRoom, recordedMs, until, type SinkRoom } from './sink-room.fixture.ts';
import type { Sink } from './sink.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let room: SinkRoom;
let receiver: Receiver;
let nowMs: number;
/** Ids of what has ended, as the store knows. */
let ended: string[];
beforeEach(async () => {
  room = await openSinkRoom();
  receiver = await openReceiver();
  nowMs = Date.now();
  ended = [];
});
afterEach(async () => {
  await room.close();
  await receiver.close();
});

const quiet = () => undefined;
const alertmanager = (refreshMs = 3_600_000, open = createOpenAlerts('ops', room.state, quiet)): Sink =>
  createAlertmanager({
    name: 'ops',
    url: receiver.url,
    headers: {},
    recipient: 'Ada',
    links: { url: null, key: null, validForMs: 1000 },
    timeoutMs: 5000,
    refreshMs,
    open,
    endedAmong: async (said: readonly (readonly [string, OpenAlert])[]) =>
      said.flatMap(([id]) => (ended.includes(id) ? [id] : [])),
    onRefreshFailed: quiet,
    note: quiet,
    now: () => nowMs,
  });
const closing = (deviceId: string) => alertOf(deviceId, { revision: 2, state: 'closed' });
const say = (alert: Alert, more: { partition: number; timestampMs?: number; headers?: Record<string, string> }) =>
  room.transport
    .writer()
    .send([{ topic: 'tocsin.notices', key: alert.deviceId, value: encodeAlert(alert), timestampMs: nowMs, ...more }]);
/** `pump-1 fires`, `pump-1 ends`, in the order in which it was heard. */
const heard = () =>
  receiver.received.flatMap(({ body }) =>
    (JSON.parse(body) as PostableAlert[]).map(
      ({ labels, endsAt }) => `${labels['device']} ${Date.parse(endsAt) > nowMs ? 'fires' : 'ends'}`,
    ),
  );

test('an end that is refused is an end', async () => {
  receiver.behave(200, 400, 200);
  const sink = await room.run(alertmanager());
  await room.say(alertOf('pump-1'), closing('pump-1'), alertOf('pump-2'));
  await until(() => heard().includes('pump-2 fires'), 'all are heard');
  await until(() => sink.open() === 1, 'only the second is told again');
  expect(heard()).toEqual(['pump-1 fires', 'pump-1 ends', 'pump-2 fires']);
});

test('an end that comes in another partition, before or after the beginning, is its end', async () => {
  const sink = await room.run(alertmanager());
  await say(alertOf('pump-1'), { partition: 0 });
  await until(() => sink.open() === 1, 'it fires');
  await say(closing('pump-1'), { partition: 1 });
  await until(() => sink.open() === 0, 'it is over');
  await say(closing('pump-2'), { partition: 1, timestampMs: nowMs });
  await until(() => heard().includes('pump-2 ends'), 'it is over before it was heard of');
  await say(alertOf('pump-2'), { partition: 0, timestampMs: nowMs - 1000 });
  await say(alertOf('pump-3'), { partition: 0 });
  await until(() => heard().includes('pump-3 fires'), 'all are heard');
  await until(() => sink.open() === 1, 'only the third is told again');
  expect(heard()).toEqual(['pump-1 fires', 'pump-1 ends', 'pump-2 ends', 'pump-3 fires']);
});

test('what has ended meanwhile is not told when it is sent again; what is open is', async () => {
  const sink = await room.run(alertmanager());
  ended = ['alert-of-pump-1'];
  for (const deviceId of ['pump-1', 'pump-2']) await say(alertOf(deviceId), { partition: 0, headers: { sink: 'ops' } });
  await until(() => heard().includes('pump-2 fires'), 'all are heard');
  await until(() => sink.open() === 1, 'only the second is told again');
  expect(heard()).toEqual(['pump-2 fires']);
});

test('what ended and was never said to is looked up after a while', async () => {
  const sink = await room.run(alertmanager(20));
  await say(alertOf('pump-1'), { partition: 0 });
  await say(alertOf('pump-2'), { partition: 0 });
  await until(() => sink.open() === 2, 'both fire');
  ended = ['alert-of-pump-1'];
  nowMs += 660_000;
  await until(() => sink.open() === 1, 'one of them does not any more');
  await until(() => heard().at(-1) === 'pump-2 fires', 'the other one does');
  const endings = receiver.received.flatMap(({ body }) => (JSON.parse(body) as PostableAlert[]).map(({ endsAt }) => endsAt));
  expect(endings.filter((endsAt) => endsAt === new Date(nowMs).toISOString())).toHaveLength(1);
});

test('what one answer is no to keeps nobody else from being told again', async () => {
  const open = createOpenAlerts('ops', room.state, quiet);
  const alertAt = (i: number): OpenAlert => ({
    labels: { device: `pump-${i}` },
    annotations: {},
    startsAt: new Date(recordedMs).toISOString(),
  });
  for (let i = 0; i < 201; i++) open.set(0, `a${i}`, { alert: alertAt(i), saidMs: nowMs });
  receiver.behave(400);
  const sink = alertmanager(20, open);
  await until(() => heard().includes('pump-200 fires'), 'the second request is sent as well');
  await sink.stop?.();
  expect(sink.open?.()).toBe(201);
});
