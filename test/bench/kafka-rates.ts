// The same topic on a real Kafka, read twice: by a scorer on a real Redis, and by a bare kafkajs consumer that only decodes.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '@tocsin/observability';
import { currentBundleKey, encodeModelAnnouncement, telemetryType } from '@tocsin/schemas';
import { createPrometheusMeter, createScorer } from '@tocsin/scorer';
import { openState } from '@tocsin/state';
import { createKafkaTransport, type OutgoingRecord, type Transport } from '@tocsin/transport';
import kafkajs from 'kafkajs';
import { fittedBundle, pump } from '../fixtures/pump-fleet.ts';

export type KafkaBench = {
  /** Records per second of a scorer that reads, scores, sends and stores; nearly every record closes a window. */
  scorerRate(): Promise<number>;
  /** Records per second of a consumer that decodes with avsc and does nothing else. */
  bareRate(): Promise<number>;
  close(): Promise<void>;
};

const partitions = 4;

/** Puts the records onto a topic of their own. */
export async function openKafkaBench(
  brokers: readonly string[],
  redisUrl: string,
  records: readonly OutgoingRecord[],
): Promise<KafkaBench> {
  const run = `bench-${randomUUID().slice(0, 8)}`;
  const names = {
    telemetry: [`${run}.telemetry`],
    windows: `${run}.windows`,
    alerts: `${run}.alerts`,
    labels: `${run}.labels`,
    models: `${run}.models`,
    deadLetter: `${run}.dead-letter`,
  };
  const transport = createKafkaTransport({ brokers });
  const { telemetry, models, ...others } = names;
  await transport.admin().ensureTopics([...telemetry, ...Object.values(others)].map((name) => ({ name, partitions })));
  await transport.admin().ensureTopics([{ name: models, partitions: 1, compacted: true }]);
  const writer = transport.writer();
  for (let from = 0; from < records.length; from += 500) {
    await writer.send(records.slice(from, from + 500).map((record) => ({ ...record, topic: telemetry[0] })));
  }
  const parts = { brokers, redisUrl, names, total: records.length };
  let runs = 0;
  return {
    scorerRate: () => scorerRate(transport, parts, `${run}-${++runs}`),
    bareRate: () => bareRate(parts, `${run}-${++runs}`),
    close: () => transport.close(),
  };
}

type Parts = {
  brokers: readonly string[];
  redisUrl: string;
  names: { telemetry: string[]; windows: string; alerts: string; labels: string; models: string; deadLetter: string };
  total: number;
};

async function scorerRate(transport: Transport, { redisUrl, names, total }: Parts, groupId: string): Promise<number> {
  const state = openState({
    kind: 'redis',
    url: redisUrl,
    cluster: false,
    ttlMs: 600_000,
    connectTimeoutMs: 5000,
    directory: '',
    keyPrefix: '',
  });
  const { announcement, bytes } = fittedBundle();
  // Every run starts with devices that nobody knows.
  await state.remove(Array.from({ length: 10_000 }, (_, i) => `tocsin:{pump-${i}}:state`));
  await state.put(announcement.location, bytes);
  await state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
  const meter = createPrometheusMeter(createMetrics({ service: 'bench', classes: ['pump'] }), Date.now, () => performance.now());
  let firstMs = 0;
  const scorer = createScorer({
    transport,
    state,
    registry: null,
    classes: [pump],
    topics: names,
    groupId,
    instanceId: groupId,
    commitEveryMs: 1000,
    giveUpMs: 10_000,
    meter: {
      ...meter,
      record(record) {
        if (firstMs === 0) firstMs = performance.now();
        meter.record(record);
      },
    },
    note: () => undefined,
    now: Date.now,
    sleep: (ms) => sleep(ms),
  });
  await scorer.start();
  await until(() => scorer.status().telemetry.assigned.every(({ next, endOffset }) => next !== null && next === endOffset));
  const seconds = (performance.now() - firstMs) / 1000;
  await scorer.stop();
  await state.close();
  return total / seconds;
}

async function bareRate({ brokers, names, total }: Parts, groupId: string): Promise<number> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics: names.telemetry, fromBeginning: true });
  let seen = 0;
  let firstMs = 0;
  let samples = 0;
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      if (firstMs === 0) firstMs = performance.now();
      for (const { value } of batch.messages) samples += telemetryType.fromBuffer(value!).samples.length;
      seen += batch.messages.length;
    },
  });
  await until(() => seen >= total);
  const seconds = (performance.now() - firstMs) / 1000;
  await consumer.disconnect();
  if (samples === 0) throw new Error('the bare consumer decoded nothing');
  return total / seconds;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}
