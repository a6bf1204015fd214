// The console on a real Kafka and a real Redis: it begins where it is told to, follows what comes, and what people say reaches a scorer
// and comes back as a fact of the device.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { runConsole, type RunningConsole } from '@tocsin/console';
import { createMetrics } from '@tocsin/observability';
import { currentBundleKey, deviceStateKey, encodeModelAnnouncement, encodeScoredWindow } from '@tocsin/schemas';
import { createKeepWindows, createPrometheusMeter, createScorer, type Scorer } from '@tocsin/scorer';
import { createRedisState, type StateStore } from '@tocsin/state';
import { createKafkaTransport, type Transport } from '@tocsin/transport';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until, windowOf } from '../console/console-room.ts';
import { fittedBundle, pump, telemetry } from '../fixtures/pump-fleet.ts';

const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = process.env;
const missing = brokers === undefined || redis === undefined;
const why = missing ? ' (skipped: KAFKA_BROKERS or REDIS_URL not set)' : '';

describe.skipIf(missing)(`the console on a real Kafka and a real Redis${why}`, () => {
  const run = `console-${process.pid}-${Date.now()}`;
  const names = ['windows', 'alerts', 'labels', 'models', 'deadLetter'] as const;
  const topics = Object.fromEntries(names.map((name) => [name, `${run}.${name}`]));
  const telemetryTopic = `${run}.telemetry`;
  let transport: Transport;
  let state: StateStore;
  let page: RunningConsole;
  let scorer: Scorer | null = null;

  beforeAll(async () => {
    transport = createKafkaTransport({ brokers: brokers!.split(',') });
    state = createRedisState({ url: redis!, ttlMs: 600_000 });
    const all = [...Object.values(topics), telemetryTopic];
    await transport.admin().ensureTopics(all.map((name) => ({ name, partitions: 1 })));
    const past = Array.from({ length: 60 }, (_, n) => windowOf('long-known', n));
    await transport
      .writer()
      .send(past.map((each) => ({ topic: topics['windows'], key: each.deviceId, value: encodeScoredWindow(each) })));
    const settings = [
      'classes: { pump: { channels: [x], rateHz: 4096 } }',
      `topics: ${JSON.stringify({ ...topics, telemetry: [telemetryTopic] })}`,
      `console: { httpPort: 0, readBack: 20, groupId: ${run} }`,
    ];
    const config = loadConfig({ file: settings.join('\n'), env: {} });
    page = await runConsole(config, { transport, state, letters: null, models: null, note: () => undefined });
  }, 60_000);
  afterAll(async () => {
    await scorer?.stop();
    await page.stop();
    await transport.close();
    await state.close();
  });

  test('begins no further back than it was told to', async () => {
    const device = () => page.world.fleet.devices.get('long-known');
    await until(() => device()?.ring.endMs.includes(windowOf('long-known', 59).endMs) === true, 'the newest window is known');
    expect(device()!.ring.length).toBe(20);
  }, 30_000);

  test('a verdict given here is folded in by the scorer, and known here as in effect', async () => {
    await state.remove([deviceStateKey('pump-0')]);
    const { announcement, bytes } = fittedBundle();
    await state.put(announcement.location, bytes);
    await state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
    const note = () => undefined;
    scorer = createScorer({
      transport,
      state,
      registry: null,
      classes: [pump],
      topics: { ...scorerTopics(topics), telemetry: [telemetryTopic] },
      groupId: run,
      instanceId: '1',
      commitEveryMs: 100,
      giveUpMs: 5000,
      keepWindow: createKeepWindows(state, note),
      meter: createPrometheusMeter(createMetrics({ service: 'test', classes: ['pump'] }), Date.now, () => performance.now()),
      note,
      now: Date.now,
      sleep: (ms) => sleep(ms),
    });
    await scorer.start();
    const records = telemetry(1, 160, {
      topic: telemetryTopic,
      faultsOf: () => [{ kind: 'imbalance', startS: 5, severity: 0.8 }],
    });
    const writer = transport.writer();
    await writer.send(records.slice(0, 60));
    await until(() => page.world.alerts.ofDevice('pump-0').length > 0, 'the alert is known');
    const [{ alert }] = page.world.alerts.ofDevice('pump-0');
    const label = { deviceId: 'pump-0', subjectId: alert.alertId, verdict: 'false-alarm', who: 'Ada' };
    const headers = { 'content-type': 'application/json' };
    const said = await fetch(`${page.url}/api/labels`, { method: 'POST', headers, body: JSON.stringify(label) });
    expect(said.status).toBe(201);
    let sent = 60;
    await until(async () => {
      await writer.send(records.slice(sent, ++sent));
      const response = await fetch(`${page.url}/api/device?id=pump-0`);
      const detail = (await response.json()) as {
        labels: { inEffect: string }[];
        alerts: { life: string }[];
        keptWindows: unknown[];
      };
      return detail.labels[0].inEffect === 'yes' && detail.alerts[0].life === 'closed' && detail.keptWindows.length === 1;
    }, 'the device has taken it up, the alert is closed, and its samples are there');
  }, 60_000);

  test('a topic that is made anew is read from its start, and reading goes on', async () => {
    await scorer?.stop();
    scorer = null;
    const admin = new Kafka({ brokers: brokers!.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topic = topics['windows'];
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    const value = encodeScoredWindow(windowOf('after-that', 0));
    const sendAnew = async () => {
      await transport.admin().ensureTopics([{ name: topic, partitions: 1 }]);
      await transport.writer().send([{ topic, key: 'after-that', value }]);
      return true;
    };
    await until(() => sendAnew().catch(() => false), 'the topic is there again');
    for (let tries = 0; tries < 9 && !page.world.fleet.devices.has('after-that'); tries++)
      await until(() => page.world.fleet.devices.has('after-that'), 'its window is known').catch(() => undefined);
    expect(page.world.fleet.devices.has('after-that')).toBe(true);
    expect(page.fatal()).toBeNull();
    expect((await fetch(`${page.url}/readyz`)).status).toBe(200);
  }, 120_000);
});

/** The same names under the types that a scorer wants. */
function scorerTopics(topics: Record<string, string>) {
  const { windows, alerts, labels, models, deadLetter } = topics;
  return { windows, alerts, labels, models, deadLetter };
}
