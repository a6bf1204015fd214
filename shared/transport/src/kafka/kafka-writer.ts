// Appends to Kafka: acknowledged by all replicas, one request under way at a time, in the order of the calls.
// Not idempotent in Kafka's sense, since kafkajs' idempotent producer can lose records: a retry may store a record twice.
import type { LogMessage } from '@tocsin/schemas';
import { type ICustomPartitioner, type Kafka, type Message, Partitioners } from 'kafkajs';
import { isDoneWithin } from '../finish-in-time.ts';
import { inChunks, requireSizes, sendBytesMax } from '../outgoing-bytes.ts';
import type { LogWriter, OutgoingRecord } from '../port.ts';
import { sendQueue } from '../send-queue.ts';
import { TransportError } from '../transport-error.ts';
import { asTransportError } from './kafka-errors.ts';
import { longRetry, metadataMaxAgeMs } from './kafka-options.ts';

/** Longest waits of a close: for sends under way, and for a farewell to the brokers. */
const lastSendMs = 1_000;
const farewellMs = 250;

/**
 * A LogWriter. `listTopics` names the topics that exist; it is asked before the first send to a topic only. `note` hears what is
 * given up when it is closed.
 */
export function kafkaWriter(kafka: Kafka, listTopics: () => Promise<readonly string[]>, note: LogMessage): LogWriter {
  const producer = kafka.producer({
    createPartitioner: checkedPartitioner,
    idempotent: false,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    metadataMaxAge: metadataMaxAgeMs,
    retry: longRetry,
  });
  const knownTopics = new Set<string>();
  const queue = sendQueue(requireTopics, deliver);
  let connecting: Promise<void> | null = null;
  let isClosed = false;
  let isOver = false;

  async function requireTopics(records: readonly OutgoingRecord[]): Promise<void> {
    const unknown = () => records.find(({ topic }) => !knownTopics.has(topic));
    if (unknown() === undefined) return;
    for (const topic of await listTopics()) knownTopics.add(topic);
    const record = unknown();
    if (record === undefined) return;
    throw new TransportError('unknown-topic', `cannot send to topic ${record.topic}: it does not exist; create it first`);
  }

  async function deliver(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      await (connecting ??= producer.connect());
    } catch (error) {
      connecting = null;
      throw asTransportError(error, 'connecting a producer to Kafka');
    }
    for (const chunk of inChunks(records, sendBytesMax)) {
      if (isOver) throw givenUp();
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(chunk) }).catch((error) => {
        throw asTransportError(error, `sending ${chunk.length} records to Kafka`);
      });
    }
  }

  return {
    async send(records) {
      if (isClosed) throw new TransportError('closed', 'cannot send: the writer is closed');
      requireSizes(records);
      if (records.length > 0) await queue.push(records);
    },
    async close() {
      isClosed = true;
      if (!(await isDoneWithin(lastSendMs, queue.idle()))) {
        isOver = true;
        const left = queue.abandon(givenUp());
        const topics = [...new Set(left.map(({ topic }) => topic))];
        note('warn', 'records that the brokers have not acknowledged are given up: the writer is closed', {
          records: left.length,
          topics,
        });
      }
      await isDoneWithin(farewellMs, producer.disconnect()).catch((error) =>
        note('warn', 'closing a producer failed', { error }),
      );
    },
  };
}

function givenUp(): TransportError {
  return new TransportError('closed', 'the writer was closed before Kafka had acknowledged all that was to be sent');
}

/** kafkajs drops records for a partition that does not exist, and says nothing. */
const checkedPartitioner: ICustomPartitioner = () => {
  const choose = Partitioners.DefaultPartitioner();
  return (args) => {
    const partition = choose(args);
    if (args.partitionMetadata.some(({ partitionId }) => partitionId === partition)) return partition;
    throw new TransportError(
      'refused',
      `cannot send to ${args.topic}/${partition}: the topic has ${args.partitionMetadata.length} partitions`,
    );
  };
};

function byTopic(records: readonly OutgoingRecord[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const record of records) {
    const messages = topics.get(record.topic);
    if (messages === undefined) topics.set(record.topic, [message(record)]);
    else messages.push(message(record));
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

function message({ key, value, headers = {}, timestampMs, partition }: OutgoingRecord): Message {
  return {
    key: key === null ? null : bytes(key),
    value: value === null ? null : bytes(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, bytes(content)])),
    ...(timestampMs !== undefined && { timestamp: `${timestampMs}` }),
    ...(partition !== undefined && { partition }),
  };
}

/** kafkajs writes anything but a Buffer as its decimal text. */
function bytes(content: Uint8Array | string): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
