// What a member does when kafkajs gives up on its consumer, and when the brokers are not there at first: kafkajs itself is played here.
import {
  type Consumer,
  type ConsumerCrashEvent,
  type ConsumerGroupJoinEvent,
  Kafka,
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  logLevel,
} from 'kafkajs';
import { expect, test } from 'vitest';
import { kafkaReader } from './kafka-reader.ts';

const gone = () => new KafkaJSConnectionError('connect ECONNREFUSED', { broker: 'b:1' });
const refused = () => new KafkaJSNonRetriableError('not authorised');

/** A client whose consumer does what the test says; `failures` are thrown by the next calls of `connect`. */
function played() {
  const calls: string[] = [];
  const failures: Error[] = [];
  const listeners = new Map<string, Set<(event: never) => void>>();
  const clientOfNobody = () => new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const client = clientOfNobody();
  const called = (name: string) => async () => void calls.push(name);
  const real = client.consumer({ groupId: 'g' });
  const consumer: Consumer = {
    ...real,
    async connect() {
      calls.push('connect');
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
    disconnect: called('disconnect'),
    subscribe: called('subscribe'),
    run: called('run'),
    on(name: string, listener: (event: never) => void) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
      return () => void listeners.get(name)?.delete(listener);
    },
  };
  const admin = {
    ...client.admin(),
    connect: async () => undefined,
    disconnect: async () => undefined,
    listTopics: async () => ['t'],
    fetchTopicOffsets: async () => [],
    fetchOffsets: async () => [],
  };
  const clients = {
    member: Object.assign(client, { consumer: () => consumer }),
    admin: Object.assign(clientOfNobody(), { admin: () => admin }),
  };
  const reader = kafkaReader(clients, { brokers: [] }, { groupId: 'g', topics: ['t'] });
  const tell = (name: string, payload: object) =>
    listeners.get(name)?.forEach((listener) => listener({ id: '1', type: name, timestamp: 0, payload } as never));
  const join = () =>
    tell(consumer.events.GROUP_JOIN, { memberId: 'm', memberAssignment: {} } satisfies Partial<
      ConsumerGroupJoinEvent['payload']
    >);
  const crash = (error: Error, restart: boolean) =>
    tell(consumer.events.CRASH, { error, groupId: 'g', restart } satisfies ConsumerCrashEvent['payload']);
  const runs = () => calls.filter((call) => call === 'run').length;
  return { reader, calls, failures, join, crash, runs };
}

const ignore = async () => undefined;

async function running() {
  const world = played();
  const started = world.reader.run(ignore);
  await expect.poll(world.runs).toBe(1);
  world.join();
  await started;
  return world;
}

test('a consumer that kafkajs has given up for lack of brokers is run again, as often as it takes', async () => {
  const { reader, failures, join, crash, runs, calls } = await running();
  expect(reader.status().joined).toBe(true);
  failures.push(gone());
  crash(gone(), false);
  expect(reader.status()).toMatchObject({ joined: false, fatal: null });
  await expect.poll(runs, { timeout: 10_000 }).toBe(2);
  expect(calls.filter((call) => call === 'connect')).toHaveLength(3);
  join();
  await expect.poll(() => reader.status().joined).toBe(true);
  await reader.stop();
});

test('one that kafkajs restarts by itself is left to it', async () => {
  const { reader, crash, join, runs } = await running();
  crash(gone(), true);
  expect(reader.status()).toMatchObject({ joined: false, fatal: null });
  join();
  await expect.poll(() => reader.status().joined).toBe(true);
  expect(runs()).toBe(1);
  await reader.stop();
});

test.each(['when it ends', 'when it would be run again'])('what no waiting mends ends the reader: %s', async (when) => {
  const { reader, failures, crash, runs } = await running();
  failures.push(refused());
  crash(when === 'when it ends' ? refused() : gone(), false);
  await expect.poll(() => reader.status().fatal, { timeout: 5000 }).toMatchObject({ isRetriable: false });
  expect(runs()).toBe(1);
});

test('a reader that was stopped meanwhile is not run again', async () => {
  const { reader, crash, runs } = await running();
  crash(gone(), false);
  await reader.stop();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(runs()).toBe(1);
});

test('brokers that are not there at first: it says so, and may be run later', async () => {
  const { reader, failures, join, runs } = played();
  failures.push(gone());
  await expect(reader.run(ignore)).rejects.toMatchObject({ isRetriable: true });
  const started = reader.run(ignore);
  await expect.poll(runs).toBe(1);
  join();
  await started;
  expect(reader.status()).toMatchObject({ joined: true, rebalances: 0 });
  await expect(reader.run(ignore)).rejects.toMatchObject({ code: 'closed' });
  await reader.stop();
  await expect(reader.run(ignore)).rejects.toMatchObject({ code: 'closed' });
});
