// The transport contract over both transports. Kafka comes from KAFKA_BROKERS.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmbeddedTransport, createKafkaTransport, type Transport } from '@tocsin/transport';
import { transportContract } from './transport.contract.ts';
import { collect, expectSoon, freshGroup, freshTopic, numbers } from './transport-room.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('embedded', () => {
  const retainRecords = 25_000;
  const open = (options: { failuresMax?: number } = {}) => createEmbeddedTransport({ directory, retainRecords, ...options });
  transportContract({
    open,
    async forgetBefore(topic, partition, offset) {
      const transport = open();
      const fill = Array.from({ length: retainRecords + offset }, () => ({ topic, partition, key: null, value: null }));
      await transport.writer().send(fill);
      await transport.close();
    },
  });

  describe('other threads', () => {
    let transport: Transport;
    beforeAll(() => {
      transport = open();
    });
    afterAll(() => transport.close());

    function thread(workerData: { topic: string; count: number } | { topic: string; groupId: string }): Worker {
      const file = new URL('./transport-thread.mjs', import.meta.url);
      return new Worker(file, { workerData: { directory, ...workerData }, execArgv: [] });
    }

    test('write what this one follows', async () => {
      const topic = await freshTopic(transport);
      const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
      const writer = thread({ topic, count: 100 });
      await expectSoon(() => values().length).toBe(100);
      expect(values()).toEqual(numbers(0, 100));
      await writer.terminate();
      await reader.stop();
    });

    test('cannot read as the same group, until they are gone', async () => {
      const topic = await freshTopic(transport);
      const group = { groupId: freshGroup(), topics: [topic] };
      const other = thread({ topic, groupId: group.groupId });
      await once(other, 'message');
      await expect(collect(transport, group)).rejects.toMatchObject({ code: 'group-taken', isRetriable: true });
      await other.terminate();
      const { reader } = await collect(transport, group);
      expect(reader.status()).toMatchObject({ joined: true, fatal: null });
      await reader.stop();
    });
  });
});

const brokers = process.env.KAFKA_BROKERS?.split(',');
describe.skipIf(brokers === undefined)(`kafka${brokers === undefined ? ' (skipped: KAFKA_BROKERS is not set)' : ''}`, () => {
  transportContract({
    open: (options = {}) => createKafkaTransport({ brokers: brokers ?? [], ...options }),
    async forgetBefore(topic, partition, offset) {
      const admin = new Kafka({ brokers: brokers ?? [], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: `${offset}` }] });
      await admin.disconnect();
    },
  });
});
