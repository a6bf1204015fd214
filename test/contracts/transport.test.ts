// The transport contract over both transports. Kafka comes from KAFKA_BROKERS.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe } from 'vitest';
import { createEmbeddedTransport, createKafkaTransport } from '@tocsin/transport';
import { transportContract } from './transport.contract.ts';

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
