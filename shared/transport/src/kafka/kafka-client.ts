// Makes kafkajs clients: codecs registered, the idle timer repaired, log lines handed to the caller instead of the console.
import type { LogLevel } from '@tocsin/schemas';
import { Kafka, logLevel, type RetryOptions } from 'kafkajs';
import { registerCodecs } from './codecs.ts';
import { countFromQuestion } from './heartbeat-time.ts';
import type { KafkaOptions } from './kafka-options.ts';
import { stopIdleSpin } from './idle-spin.ts';

/**
 * A new client, which tries to reach a broker as often as `retry` says. Each reader needs one of its own: kafkajs keeps the
 * committed offsets of a group per client, so that two members of one group on one client would write into each other's.
 */
export function kafkaClient(options: KafkaOptions, retry: RetryOptions): Kafka {
  registerCodecs();
  stopIdleSpin();
  countFromQuestion();
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId ?? 'tocsin',
    ...(options.ssl !== undefined && { ssl: options.ssl }),
    ...(options.sasl !== undefined && { sasl: options.sasl }),
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      const { timestamp: _, message, ...fields } = entry.log;
      options.onLog?.(levels.get(entry.level) ?? 'debug', message, { ...fields, logger: `kafkajs ${entry.namespace}` });
    },
  });
}

const levels = new Map<logLevel, LogLevel>([
  [logLevel.ERROR, 'error'],
  [logLevel.WARN, 'warn'],
  [logLevel.INFO, 'info'],
]);
