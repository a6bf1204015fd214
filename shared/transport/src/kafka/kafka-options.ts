// What can be set about the way to Kafka, and the profile of kafkajs 2.2.4 that goes with it.
import type { LogMessage } from '@tocsin/schemas';
import type { ConsumerConfig, KafkaConfig, RetryOptions } from 'kafkajs';

export type KafkaOptions = {
  /** `host:port` of some brokers; the others are learned from them. */
  brokers: readonly string[];
  /** Name towards the brokers, default 'tocsin'. */
  clientId?: string;
  ssl?: NonNullable<KafkaConfig['ssl']>;
  sasl?: NonNullable<KafkaConfig['sasl']>;
  /** Hears what kafkajs and the readers have to say; without it nobody does. */
  onLog?: LogMessage;
  /** Copies of topics that `ensureTopics` creates; default what the brokers have as theirs. */
  replicationFactor?: number;
  /** A member that sends no heartbeat for so long is out of its group, default 20,000. */
  sessionTimeoutMs?: number;
  /** Longest time a member may take to finish its batches when the group rebalances, default 60,000. */
  rebalanceTimeoutMs?: number;
  /** Partitions of one reader handled at the same time, default 4. */
  concurrency?: number;
  /** Failures of a handler in a row, without progress, that end the reader; default 8. */
  failuresMax?: number;
};

// Every field is given: kafkajs has other defaults where NODE_ENV is 'test'.
const patience = { initialRetryTime: 100, maxRetryTime: 5_000, factor: 0.2, multiplier: 2 };

/** About 16 s: longer than a leader or a coordinator takes to move. */
export const longRetry: RetryOptions = { ...patience, retries: 8 };

/** About a second: somebody waits for the answer. */
export const shortRetry: RetryOptions = { ...patience, retries: 3 };

/** After a connection closes kafkajs leaves its partitions alone until the metadata expire: five minutes by default. */
export const metadataMaxAgeMs = 5_000;

/** Consumer settings; kafkajs has no heartbeat in the background, hence the short waits. */
export function consumerConfig(groupId: string, options: KafkaOptions): ConsumerConfig {
  const sessionTimeout = options.sessionTimeoutMs ?? 20_000;
  return {
    groupId,
    sessionTimeout,
    // It is by the heartbeat that members hear of a rebalance: the others wait for the slowest.
    heartbeatInterval: Math.min(1_000, Math.floor(sessionTimeout / 3)),
    rebalanceTimeout: options.rebalanceTimeoutMs ?? 60_000,
    metadataMaxAge: metadataMaxAgeMs,
    maxWaitTimeInMs: 200,
    maxBytes: 8 * 1024 * 1024,
    maxBytesPerPartition: 1024 * 1024,
    allowAutoTopicCreation: false,
    retry: longRetry,
  };
}
