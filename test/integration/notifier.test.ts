// The notifier on a real Kafka and a real Redis: alerts of many devices become one incident at the sinks, and two processes that share
// the partitions still open only one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { runNotifier, type RunningNotifier } from '@tocsin/notifier';
import { encodeAlert } from '@tocsin/schemas';
import { createRedisState, type StateStore } from '@tocsin/state';
import { createKafkaTransport, type Transport } from '@tocsin/transport';
import { openReceiver, type Receiver } from '../../services/notifier/src/sinks/receiver.fixture.ts';
import { alertOf, secret, until } from '../../services/notifier/src/sinks/sink-room.fixture.ts';

const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = process.env;
const missing = brokers === undefined || redis === undefined;
const why = missing ? ' (skipped: KAFKA_BROKERS or REDIS_URL not set)' : '';
const quiet = () => undefined;

describe.skipIf(missing)(`the notifier on a real Kafka and a real Redis${why}`, () => {
  const run = `notifier-${process.pid}-${Date.now()}`;
  const names = ['windows', 'alerts', 'incidents', 'notices', 'undelivered'] as const;
  const topics = Object.fromEntries(names.map((name) => [name, `${run}.${name}`]));
  let [one, two]: { transport: Transport; state: StateStore; notifier: RunningNotifier }[] = [];
  let hook: Receiver;
  let alertmanager: Receiver;

  async function start() {
    const file = `
classes: { '${run}': { channels: [x], rateHz: 4096 } }
topics: ${JSON.stringify({ ...topics, partitions: 4 })}
notifier:
  httpPort: 0
  groupId: ${run}
  grouping: { holdMs: 60000, updateEveryMs: 2000 }
  sinks:
    hook: { kind: webhook, url: '${hook.url}', secret: '${secret}' }
    am: { kind: alertmanager, url: '${alertmanager.url}' }`;
    const transport = createKafkaTransport({ brokers: brokers!.split(',') });
    const state = createRedisState({ url: redis!, ttlMs: 600_000 });
    const notifier = await runNotifier(loadConfig({ file, env: {} }), { transport, state, note: quiet });
    return { transport, state, notifier };
  }

  beforeAll(async () => {
    [hook, alertmanager] = await Promise.all([openReceiver(), openReceiver()]);
    one = await start();
    two = await start();
  }, 240_000);
  afterAll(async () => {
    for (const { transport, state, notifier } of [one, two]) {
      await notifier.stop();
      await transport.close();
      await state.close();
    }
    await hook.close();
    await alertmanager.close();
  }, 60_000);

  test('forty devices: one incident, opened once and closed once, at the webhook and at the Alertmanager', async () => {
    const devices = Array.from({ length: 40 }, (_, i) => `${run}-${i}`);
    const alerts = devices.map((deviceId, i) => alertOf(deviceId, { deviceClass: run, startMs: 1_700_000_000_000 + i * 100 }));
    const writer = one.transport.writer();
    const say = (more: object) =>
      writer.send(
        alerts.map((alert) => ({ topic: topics['alerts'], key: alert.deviceId, value: encodeAlert({ ...alert, ...more }) })),
      );
    await say({});
    const said = () =>
      hook
        .taken()
        .map(({ body }) => JSON.parse(body) as { key: string; about: string; id: string; state: string; devices: number });
    await until(() => said().some(({ devices: count }) => count === 40), 'all are in it');
    await say({ revision: 2, state: 'closed' });
    await until(() => said().some(({ state }) => state === 'closed'), 'it is over');
    expect(new Set(said().map(({ about, id }) => `${about} ${id}`)).size).toBe(1);
    expect(new Set(said().flatMap(({ state, key }) => (state === 'opened' ? [key] : []))).size).toBe(1);
    expect(said().at(-1)).toMatchObject({ about: 'incident', state: 'closed', devices: 40 });
    const heard = () =>
      alertmanager.taken().flatMap(({ body }) => JSON.parse(body) as { labels: { alertname: string }; endsAt: string }[]);
    await until(() => Date.parse(heard().at(-1)?.endsAt ?? '9999-01-01') <= Date.now(), 'it is resolved');
    expect(new Set(heard().map(({ labels }) => labels.alertname))).toEqual(new Set(['TocsinFleetIncident']));
  }, 240_000);
});
