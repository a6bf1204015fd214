// The log that a configuration names.
import type { LogMessage } from '@tocsin/schemas';
import { createEmbeddedTransport } from './embedded/embedded-transport.ts';
import { createKafkaTransport } from './kafka/kafka-transport.ts';
import type { KafkaOptions } from './kafka/kafka-options.ts';
import type { Transport } from './port.ts';

export type TransportChoice = {
  kind: 'kafka' | 'embedded';
  brokers: readonly string[];
  clientId: string;
  directory: string;
  ssl: boolean;
  sasl: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | null;
  sessionTimeoutMs: number;
};

/** Opens the log; nothing is connected before it is used. `note` hears what it has to say. */
export function openTransport(choice: TransportChoice, note: LogMessage): Transport {
  if (choice.kind === 'embedded') return createEmbeddedTransport({ directory: choice.directory, onLog: note });
  const { brokers, clientId, ssl, sasl, sessionTimeoutMs } = choice;
  return createKafkaTransport({
    brokers,
    clientId,
    ssl,
    sessionTimeoutMs,
    ...(sasl === null ? {} : { sasl: saslOf(sasl) }),
    onLog: note,
  });
}

/** kafkajs has one type per mechanism; this tells them apart for the compiler. */
function saslOf({ mechanism, username, password }: NonNullable<TransportChoice['sasl']>): NonNullable<KafkaOptions['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
