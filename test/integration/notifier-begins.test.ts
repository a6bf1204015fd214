// Where a notifier begins on a real Kafka: alerts of partitions that were quiet, or did not exist, when it was started are told, though its
// group has no commit there; what was said before it was first started is not.
import { Kafka, logLevel } from 'kafkajs';
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

describe.skipIf(missing)(`where a notifier begins on a real Kafka${why}`, () => {
  const run = `begins-${process.pid}-${Date.now()}`;
  const names = ['windows', 'alerts', 'incidents', 'notices', 'undelivered'] as const;
  const topics = Object.fromEntries(names.map((name) => [name, `${run}.${name}`]));
  let hook: Receiver;
  let transport: Transport;
  let state: StateStore;
  let notifier: RunningNotifier | null = null;

  beforeAll(async () => {
    hook = await openReceiver();
    transport = createKafkaTransport({ brokers: brokers!.split(',') });
    state = createRedisState({ url: redis!, ttlMs: 600_000 });
    await transport.admin().ensureTopics(Object.values(topics).map((name) => ({ name, partitions: 2 })));
  }, 120_000);
  afterAll(async () => {
    await notifier?.stop();
    await transport.close();
    await state.close();
    await hook.close();
  }, 60_000);

  async function start(): Promise<void> {
    const file = `
classes: { '${run}': { channels: [x], rateHz: 4096 } }
topics: ${JSON.stringify({ ...topics, partitions: 2 })}
notifier:
  httpPort: 0
  groupId: ${run}
  grouping: { holdMs: 0 }
  sinks: { hook: { kind: webhook, url: '${hook.url}', secret: '${secret}' } }`;
    notifier = await runNotifier(loadConfig({ file, env: {} }), { transport, state, note: () => undefined });
  }
  const say = (deviceId: string, partition: number) =>
    transport
      .writer()
      .send([{ topic: topics['alerts'], key: deviceId, value: encodeAlert(alertOf(deviceId, { deviceClass: run })), partition }]);
  const told = () => hook.taken().map(({ body }) => (JSON.parse(body) as { deviceId: string }).deviceId);

  test('a partition in which nothing had been said, and one that was added', async () => {
    await say('before', 1);
    await start();
    await notifier?.stop();
    await say('meanwhile', 0);
    await start();
    await until(() => told().includes('meanwhile'), 'what was said while nobody read is told');
    const admin = new Kafka({ brokers: brokers!.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: topics['alerts'], count: 4 }] });
    await admin.disconnect();
    await until(
      () =>
        say('added', 3)
          .then(() => true)
          .catch(() => false),
      'the new partition takes records',
    );
    await until(() => told().includes('added'), 'what is said in a partition that was added is told');
    expect(new Set(told())).toEqual(new Set(['meanwhile', 'added']));
  }, 300_000);
});
