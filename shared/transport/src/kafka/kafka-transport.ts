// The log port on Apache Kafka, by kafkajs.
import { isDoneWithin } from '../finish-in-time.ts';
import type { LogReader, LogWriter, Transport } from '../port.ts';
import { kafkaAdmin } from './kafka-admin.ts';
import { kafkaClient } from './kafka-client.ts';
import { type KafkaOptions, longRetry, shortRetry } from './kafka-options.ts';
import { kafkaReader } from './kafka-reader.ts';
import { kafkaWriter } from './kafka-writer.ts';

/** A transport to the given brokers. Nothing is connected before it is used. */
export function createKafkaTransport(options: KafkaOptions): Transport {
  const client = kafkaClient(options, shortRetry);
  const { admin, listTopics, close } = kafkaAdmin(client, options.replicationFactor ?? -1);
  const readers: LogReader[] = [];
  const writers: LogWriter[] = [];
  return {
    kind: 'kafka',
    reader(readerOptions) {
      const reader = kafkaReader({ member: kafkaClient(options, longRetry), admin: client }, options, readerOptions);
      readers.push(reader);
      return reader;
    },
    writer() {
      const writer = kafkaWriter(kafkaClient(options, longRetry), listTopics, options.onLog ?? (() => undefined));
      writers.push(writer);
      return writer;
    },
    admin: () => admin,
    async close() {
      await Promise.all(readers.map((reader) => reader.stop()));
      await Promise.all(writers.map((writer) => writer.close()));
      // It may just be trying to reach a broker that is away.
      await isDoneWithin(250, close());
    },
  };
}
