// The admin half of the port on Kafka.
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { LogAdmin, TopicInfo, TopicSpec } from '../port.ts';
import { TransportError } from '../transport-error.ts';
import { adminConnection, type AdminConnection } from './admin-connection.ts';
import { asTransportError, isTopicSpreading } from './kafka-errors.ts';
import { shortRetry } from './kafka-options.ts';
import { fetchCommits } from './positions.ts';

const servedWithinMs = 10_000;
const cleanupPolicy = 'cleanup.policy';
const timestampType = 'message.timestamp.type';

/** A LogAdmin, a listing of all topics, and what closes both. */
export function kafkaAdmin(
  kafka: Kafka,
  replicationFactor: number,
): { admin: LogAdmin; listTopics: () => Promise<readonly string[]>; close: () => Promise<void> } {
  const connection = adminConnection(() => kafka.admin({ retry: shortRetry }));
  return {
    admin: {
      ensureTopics: (specs) => tell('creating topics', () => ensureTopics(connection, specs, replicationFactor)),
      describe: (topic) => tell(`describing topic ${topic}`, () => describe(connection, topic)),
      committed: (groupId, topic) => tell(`reading commits of ${groupId}`, () => committed(connection, groupId, topic)),
      hasMembers: (groupId) => tell(`looking for members of ${groupId}`, () => hasMembers(connection, groupId)),
      ping: () => tell('reaching Kafka', () => ping(connection)),
    },
    listTopics: () => tell('listing topics', () => connection.use((admin) => admin.listTopics())),
    close: connection.close,
  };
}

async function tell<T>(doing: string, work: () => Promise<T>): Promise<T> {
  return work().catch((error) => {
    throw asTransportError(error, doing);
  });
}

async function ensureTopics(connection: AdminConnection, specs: readonly TopicSpec[], replicationFactor: number): Promise<void> {
  await connection.use(async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = specs.filter(({ name }) => !existing.has(name));
    const topics = missing.map(({ name, partitions, compacted, stamped }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: [
        ...(compacted === true ? [{ name: cleanupPolicy, value: 'compact' }] : []),
        ...(stamped === true ? [{ name: timestampType, value: 'LogAppendTime' }] : []),
      ],
    }));
    // Whether it worked is seen below: waiting for leaders of a topic that another service creates at this moment may fail.
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true }).catch(unlessNotServedYet);
    for (const { name } of specs) await untilServed(admin, name);
  });
}

function unlessNotServedYet(error: unknown): void {
  if (!isTopicSpreading(error)) throw error;
}

/**
 * A new topic is announced before all of its partitions take records; kafkajs answers one that does not yet by sending all of
 * them again.
 */
async function untilServed(admin: Admin, topic: string): Promise<void> {
  const deadlineMs = performance.now() + servedWithinMs;
  const isServed = () => admin.fetchTopicOffsets(topic).then(() => true);
  while (!(await isServed().catch(() => false))) {
    if (performance.now() > deadlineMs)
      throw new TransportError('unavailable', `topic ${topic} was created but nobody serves it yet`);
    await sleep(50);
  }
}

async function describe(connection: AdminConnection, topic: string): ReturnType<LogAdmin['describe']> {
  return connection.use(async (admin) => {
    const partitions = await partitionsOf(admin, topic);
    return partitions === null ? null : { name: topic, partitions, ...(await settingsOf(admin, topic)) };
  });
}

/** Null for a topic that does not exist. */
async function partitionsOf(admin: Admin, topic: string): Promise<TopicInfo['partitions'] | null> {
  if (!(await admin.listTopics()).includes(topic)) return null;
  const offsets = await admin.fetchTopicOffsets(topic);
  const partitions = offsets.map(({ partition, low, high }) => ({
    partition,
    startOffset: Number(low),
    endOffset: Number(high),
  }));
  return partitions.sort((a, b) => a.partition - b.partition);
}

/** Reading a topic's settings is a right of its own; without it there is no answer. */
async function settingsOf(admin: Admin, topic: string): Promise<Pick<TopicInfo, 'compacted' | 'stamped'>> {
  const configNames = [cleanupPolicy, timestampType];
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames };
  const { resources } = await admin
    .describeConfigs({ resources: [resource], includeSynonyms: false })
    .catch(() => ({ resources: [] }));
  const entries = resources.flatMap(({ configEntries }) => configEntries);
  const valueOf = (name: string) => entries.find(({ configName }) => configName === name)?.configValue ?? null;
  const [policy, timestamps] = [valueOf(cleanupPolicy), valueOf(timestampType)];
  return {
    compacted: policy === null ? null : policy.split(',').includes('compact'),
    stamped: timestamps === null ? null : timestamps === 'LogAppendTime',
  };
}

async function committed(connection: AdminConnection, groupId: string, topic: string): ReturnType<LogAdmin['committed']> {
  const partitions = await connection.use((admin) => partitionsOf(admin, topic));
  if (partitions === null)
    throw new TransportError('unknown-topic', `topic ${topic} does not exist; create it or correct its name`);
  const commits = await connection.use((admin) => fetchCommits(admin, groupId, topic));
  return partitions.map(({ partition }) => {
    const commit = commits.get(partition);
    return { partition, commit: commit !== undefined && commit.offset >= 0 ? commit : null };
  });
}

/** A group that the brokers do not know has none. */
async function hasMembers(connection: AdminConnection, groupId: string): Promise<boolean> {
  const { groups } = await connection.use((admin) => admin.describeGroups([groupId]));
  return groups.some(({ members }) => members.length > 0);
}

async function ping(connection: AdminConnection): Promise<string> {
  const { clusterId, brokers } = await connection.use((admin) => admin.describeCluster());
  const places = brokers.map(({ host, port }) => `${host}:${port}`).join(', ');
  return `Kafka cluster ${clusterId}, ${brokers.length} broker${brokers.length === 1 ? '' : 's'} (${places})`;
}
