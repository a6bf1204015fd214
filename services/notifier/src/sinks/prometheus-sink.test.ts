// What an Alertmanager hears of alerts: that they began, again and again while they are open, and that they are over.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAlertmanager } from './prometheus-sink.ts';
import type { PostableAlert } from './postable-alert.ts';
import { createOpenAlerts } from './open-alerts.ts';
import { openReceiver, type Receiver } from './receiver.fixture.ts';
import { alertOf, openSinkRoom, recordedMs, until, type SinkRoom } from './sink-room.fixture.ts';
import type { Sink } from './sink.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let room: SinkRoom;
let receiver: Receiver;
beforeEach(async () => {
  room = await openSinkRoom();
  receiver = await openReceiver();
});
afterEach(async () => {
  await room.close();
  await receiver.close();
});

const quiet = () => undefined;
const alertmanager = (refreshMs = 3_600_000): Sink =>
  createAlertmanager({
    name: 'ops',
    url: `${receiver.url}/`,
    headers: {},
    recipient: 'Ada',
    links: { url: 'https://tocsin.example', key: null, validForMs: 1000 },
    timeoutMs: 5000,
    refreshMs,
    open: createOpenAlerts('ops', room.state, quiet),
    endedAmong: async () => [],
    onRefreshFailed: quiet,
    note: quiet,
    now: Date.now,
  });
const heard = () => receiver.taken().map(({ body }) => JSON.parse(body) as PostableAlert[]);
const isFiring = ({ endsAt }: PostableAlert) => Date.parse(endsAt) > Date.now();
const closing = (deviceId: string) =>
  alertOf(deviceId, { revision: 2, state: 'closed', message: `${deviceId}: back to normal.` });

test('an alert fires with its labels, and is resolved under the same ones', async () => {
  await room.run(alertmanager());
  await room.say(alertOf('pump-1', { guard: 'range' }), { ...closing('pump-1'), guard: 'range' });
  await until(() => heard().length === 2, 'both are told');
  const [[fired], [over]] = heard();
  expect(receiver.received[0].path).toBe('/api/v2/alerts');
  expect(fired.labels).toEqual({
    alertname: 'TocsinAlert',
    kind: 'range',
    device: 'pump-1',
    severity: 'warning',
    source: 'tocsin',
    device_class: 'pump',
  });
  expect(fired).toMatchObject({
    startsAt: new Date(recordedMs).toISOString(),
    generatorURL: 'https://tocsin.example/#/device?id=pump-1',
  });
  expect([isFiring(fired), over.labels, isFiring(over)]).toEqual([true, fired.labels, false]);
});

test('what has become critical is another alert there: the warning ends', async () => {
  await room.run(alertmanager());
  await room.say(alertOf('pump-1'), alertOf('pump-1', { revision: 2, state: 'updated', severity: 'critical' }));
  await until(() => heard().length === 2, 'both are told');
  const [warning, critical] = heard()[1];
  expect([warning.labels['severity'], isFiring(warning)]).toEqual(['warning', false]);
  expect([critical.labels['severity'], isFiring(critical)]).toEqual(['critical', true]);
});

test('what is open is told again, also by the process that comes after, until it is over', async () => {
  const first = await room.run(alertmanager());
  await room.say(alertOf('pump-1'), alertOf('pump-2'));
  await until(() => heard().length === 2, 'they are told');
  await first.stop();
  // The next one has nothing to deliver, but knows what is open, whichever partition it was in.
  const second = await room.run(alertmanager(50));
  await until(
    () =>
      new Set(
        heard()
          .slice(2)
          .flat()
          .map(({ labels }) => labels['device']),
      ).size === 2,
    'both are told again',
  );
  expect(
    heard()
      .slice(2)
      .flat()
      .every((alert) => Date.parse(alert.endsAt) > Date.parse(alert.startsAt)),
  ).toBe(true);
  await room.say(closing('pump-1'), closing('pump-2'));
  await until(() => second.open() === 0, 'they are over');
  const told = heard().length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(heard().length).toBe(told);
});

test('one that is away is told everything when it is back, and does not fail on what it missed', async () => {
  receiver.behave(503, 'hang up', 503, 200);
  const sink = await room.run(alertmanager(50));
  await room.say(alertOf('pump-1'));
  await until(() => sink.open() === 1, 'it has heard of it');
  expect(heard()[0][0].labels['device']).toBe('pump-1');
});
