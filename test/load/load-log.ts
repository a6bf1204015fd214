// The log that a load run goes through: the embedded one in a folder, or a Kafka. The producer opens it, too, in a process of its own.
import type { LogMessage } from '@tocsin/schemas';
import { createEmbeddedTransport, createKafkaTransport, type Transport } from '@tocsin/transport';

export type LoadLog = { kind: 'embedded'; directory: string; retainRecords: number } | { kind: 'kafka'; brokers: string };

export function openLoadLog(log: LoadLog, onLog: LogMessage = () => undefined): Transport {
  if (log.kind === 'kafka') return createKafkaTransport({ brokers: [log.brokers], onLog });
  const { directory, retainRecords } = log;
  return createEmbeddedTransport({ directory, retainRecords, onLog });
}
