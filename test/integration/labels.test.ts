// Labels and guards on a real Kafka and a real Redis: one happy path each, in one process.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDeviceClass } from '@tocsin/config';
import { createMetrics } from '@tocsin/observability';
import {
  currentBundleKey,
  decodeAlert,
  decodeTelemetry,
  deviceStateKey,
  encodeLabel,
  encodeModelAnnouncement,
  encodeTelemetry,
  type Alert,
  type DeviceClass,
} from '@tocsin/schemas';
import { createPrometheusMeter, createScorer } from '@tocsin/scorer';
import { createRedisState, type StateStore } from '@tocsin/state';
import { createKafkaTransport, type OutgoingRecord, type Transport } from '@tocsin/transport';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fittedBundle, pump, telemetry } from '../fixtures/pump-fleet.ts';

const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = process.env;
const missing = brokers === undefined || redis === undefined;
const why = missing ? ' (skipped: KAFKA_BROKERS or REDIS_URL not set)' : '';
let runs = 0;

describe.skipIf(missing)(`labels and guards on a real Kafka and a real Redis${why}`, () => {
  let transport: Transport;
  let state: StateStore;
  let run: string;
  const alerts: Alert[] = [];
  let stop: () => Promise<void> = async () => undefined;
  const topic = (name: string) => `${run}.${name}`;

  beforeAll(() => {
    transport = createKafkaTransport({ brokers: brokers!.split(',') });
    state = createRedisState({ url: redis!, ttlMs: 600_000 });
  });
  beforeEach(() => {
    run = `labels-${process.pid}-${Date.now()}-${++runs}`;
    alerts.length = 0;
  });
  afterEach(() => stop());
  afterAll(async () => {
    await transport.close();
    await state.close();
  });

  /** Topics, a bundle, a running scorer, and everything that it alerts. */
  async function start(deviceClass: DeviceClass): Promise<void> {
    const names = ['telemetry', 'windows', 'alerts', 'labels', 'models', 'deadLetter'] as const;
    await transport.admin().ensureTopics(names.map((name) => ({ name: topic(name), partitions: 1 })));
    // Devices are named alike in all tests, and the store outlives them.
    await state.remove([deviceStateKey('pump-0'), deviceStateKey('pump-1')]);
    const { announcement, bytes } = fittedBundle();
    await state.put(announcement.location, bytes);
    await state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
    const scorer = createScorer({
      transport,
      state,
      registry: null,
      classes: [deviceClass],
      topics: {
        telemetry: [topic('telemetry')],
        windows: topic('windows'),
        alerts: topic('alerts'),
        labels: topic('labels'),
        models: topic('models'),
        deadLetter: topic('deadLetter'),
      },
      groupId: run,
      instanceId: '1',
      commitEveryMs: 100,
      giveUpMs: 10_000,
      meter: createPrometheusMeter(createMetrics({ service: 'test', classes: ['pump'] }), Date.now, () => performance.now()),
      note: () => undefined,
      now: Date.now,
      sleep: (ms) => sleep(ms),
    });
    const reader = transport.reader({ groupId: `${run}.look`, topics: [topic('alerts')] });
    stop = async () => void (await Promise.all([scorer.stop(), reader.stop()]));
    await scorer.start();
    await reader.run(async ({ records }) => {
      for (const { value } of records) alerts.push(decodeAlert(value!));
    });
  }

  const send = (records: readonly OutgoingRecord[]) =>
    transport.writer().send(records.map((record) => ({ ...record, topic: topic('telemetry') })));
  async function until(isTrue: () => boolean): Promise<void> {
    for (const end = Date.now() + 30_000; !isTrue(); await sleep(50))
      if (Date.now() > end) throw new Error(`not within 30 s: ${JSON.stringify(alerts)}`);
  }

  test('a false alarm closes its alert, and the machine as it is now does not raise another', async () => {
    await start(pump);
    const records = telemetry(1, 120, { faultsOf: () => [{ kind: 'imbalance', startS: 5, severity: 0.8 }] });
    await send(records.slice(0, 60));
    await until(() => alerts.some(({ state: life }) => life === 'opened'));
    const [{ alertId }] = alerts;
    const label = {
      labelId: run,
      deviceId: 'pump-0',
      subjectId: alertId,
      verdict: 'false-alarm',
      who: 'Ada',
      atMs: Date.now(),
      note: '',
    } as const;
    await transport.writer().send([{ topic: topic('labels'), key: 'pump-0', value: encodeLabel(label) }]);
    // One record at a time: the label takes effect in front of whichever comes after it.
    for (const record of records.slice(60)) {
      await send([record]);
      if (alerts.at(-1)?.state !== 'closed') await sleep(50);
    }
    await until(() => alerts.at(-1)?.state === 'closed');
    await sleep(1500);
    expect(alerts.at(-1)).toMatchObject({ alertId, state: 'closed', message: 'pump-0: closed by Ada: false alarm.' });
    expect(alerts.filter(({ state: life }) => life === 'opened')).toHaveLength(1);
  });

  test('a sensor that sticks and a machine that falls silent raise alerts of their own', async () => {
    const guards = { silentMs: 2000, flatlineWindows: 4 };
    await start(parseDeviceClass('pump', { channels: ['x'], rateHz: pump.rateHz, idleMs: 1000, guards }));
    const firstMs = Date.now() - 60_000;
    const records = telemetry(2, 100).flatMap((record, i): OutgoingRecord[] => {
      const n = Math.floor(i / 2);
      if (i % 2 === 1 && n > 40) return [];
      const reading = decodeTelemetry(record.value!);
      const isStuck = i % 2 === 0 && n > 20 && n < 50;
      const samples = isStuck ? reading.samples.map(() => 0.5) : reading.samples;
      return [{ ...record, timestampMs: firstMs + n * 125, value: encodeTelemetry({ ...reading, samples }) }];
    });
    await send(records);
    const told = () =>
      alerts.filter(({ guard }) => guard !== undefined).map(({ guard, state: life, deviceId }) => `${guard} ${life} ${deviceId}`);
    await until(() => told().length >= 3);
    expect(told().toSorted()).toEqual(['flatline closed pump-0', 'flatline opened pump-0', 'silent opened pump-1']);
  });
});
