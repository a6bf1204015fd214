// kafkajs' messages as records of the port.
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../port.ts';

/** One message of a partition. Where a header comes several times its last value counts, as with Kafka's `lastHeader`. */
export function logRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: message.headers === undefined ? {} : headersOf(message.headers),
  };
}

function headersOf(headers: IHeaders): Record<string, Uint8Array> {
  const named: Record<string, Uint8Array> = {};
  for (const name in headers) {
    const content = headers[name];
    const last = Array.isArray(content) ? content[content.length - 1] : content;
    named[name] = typeof last === 'string' ? Buffer.from(last) : (last ?? Buffer.alloc(0));
  }
  return named;
}
