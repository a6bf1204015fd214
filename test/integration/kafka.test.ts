// Facts about a real Kafka that the embedded twin does not have: codecs, timestamps, transactions, rebalances under way,
// retention that overtakes a running reader, brokers that are not there.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKafkaTransport, type RecordBatch, type Transport } from '@tocsin/transport';
import {
  collect,
  commitEnd,
  expectSoon,
  freshGroup,
  freshTopic,
  numbered,
  numbers,
  textOf,
} from '../contracts/transport-room.ts';

const brokers = process.env.KAFKA_BROKERS?.split(',') ?? [];
const skipped = brokers.length === 0;

/** Tries until it does: what an admin has changed takes its time to get about. */
async function succeeds(call: () => Promise<unknown>): Promise<void> {
  await expect.poll(async () => (await call(), true), { timeout: 20_000, interval: 500 }).toBe(true);
}

describe.skipIf(skipped)(`kafka${skipped ? ' (skipped: KAFKA_BROKERS is not set)' : ''}`, () => {
  const kafka = new Kafka({ brokers: skipped ? ['nowhere:1'] : brokers, logLevel: logLevel.NOTHING });
  let transport: Transport;
  let admin: Admin;
  beforeAll(async () => {
    transport = createKafkaTransport({ brokers });
    admin = kafka.admin();
    await admin.connect();
  });
  afterAll(async () => {
    await transport.close();
    await admin.disconnect();
  });

  async function topicWithSetting(name: string, value: string): Promise<string> {
    const topic = `kafka-${freshGroup()}`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries: [{ name, value }] }] });
    return topic;
  }

  describe('what others write', () => {
    // The broker packs the records anew, with the codecs of the Java client.
    test.each(['gzip', 'snappy', 'lz4', 'zstd'])('is read in %s', async (codec) => {
      const topic = await topicWithSetting('compression.type', codec);
      const records = numbered(topic, 0, 5_000).map((record) => ({ ...record, headers: { padding: 'x'.repeat(100) } }));
      await transport.writer().send(records);
      const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
      await expectSoon(() => values().length).toBe(5_000);
      expect(values()).toEqual(numbers(0, 5_000));
      await reader.stop();
    });

    test('carries the time of the broker where the topic says LogAppendTime', async () => {
      const topic = await topicWithSetting('message.timestamp.type', 'LogAppendTime');
      await transport.writer().send(numbered(topic, 0, 3).map((record) => ({ ...record, timestampMs: 1_000 })));
      const { reader, records } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
      await expectSoon(() => records.length).toBe(3);
      for (const { timestampMs } of records) expect(Math.abs(timestampMs - Date.now())).toBeLessThan(60_000);
      await reader.stop();
    });

    describe('in transactions', () => {
      let producer: Producer;
      beforeAll(async () => {
        const createPartitioner = Partitioners.DefaultPartitioner;
        producer = kafka.producer({ transactionalId: freshGroup(), idempotent: true, maxInFlightRequests: 1, createPartitioner });
        await producer.connect();
      });
      afterAll(() => producer.disconnect());

      async function transact(topic: string, values: string[], end: 'commit' | 'abort') {
        const transaction = await producer.transaction();
        for (const value of values) await transaction.send({ topic, messages: [{ key: 'k', value }] });
        await transaction[end]();
      }

      // offsets   0 1 2 | 3 marker | 4 5 aborted | 6 marker | 7 8 | 9 marker     kafkajs passes over 4..6 without a word
      test('is read once committed; markers hold no reader up, nor are they taken for a loss', async () => {
        const topic = await freshTopic(transport);
        const group = { groupId: freshGroup(), topics: [topic] };
        const first = await collect(transport, group, (batch) => batch.commit({ offset: 3, metadata: 'at a marker' }));
        await transact(topic, ['0', '1', '2'], 'commit');
        await expectSoon(first.values).toEqual(['0', '1', '2']);
        await transact(topic, ['3', '4'], 'abort');
        // Long enough for the fetch that passes over them.
        await sleep(500);
        await transact(topic, ['5', '6'], 'commit');
        await expectSoon(first.values).toEqual(['0', '1', '2', '5', '6']);
        expect(new Set(first.batches.map(({ epoch }) => epoch)).size).toBe(1);
        await first.reader.stop();

        const second = await collect(transport, group);
        await expectSoon(second.values).toEqual(['5', '6']);
        expect(second.batches[0].resumedFrom).toEqual({ offset: 3, metadata: 'at a marker' });
        expect(second.reader.status().resets).toBe(0);
        await second.reader.stop();
      });

      // offsets   0 | 1 marker | 2 3 aborted | 4 marker       nothing is ever handed over beyond 0
      test('that were aborted last are no records that wait', async () => {
        const topic = await freshTopic(transport);
        await transact(topic, ['0'], 'commit');
        const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
        await expectSoon(values).toEqual(['0']);
        await transact(topic, ['1', '2'], 'abort');
        await expectSoon(() => reader.status().assigned.map(({ next, endOffset }) => [next, endOffset])).toContainEqual([5, 5]);
        await reader.stop();
      });

      // The first fetch brings nothing but aborted records, so that no batch ever begins at the commit.
      test('may have aborted more than a fetch brings', async () => {
        const topic = await freshTopic(transport);
        await transact(
          topic,
          Array.from({ length: 3 }, () => 'x'.repeat(700_000)),
          'abort',
        );
        await transact(topic, ['0'], 'commit');
        const { reader, values, batches } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
        await expectSoon(values).toEqual(['0']);
        expect(batches[0].resumedFrom.offset).toBe(0);
        await reader.stop();
      });
    });
  });

  describe('membership', () => {
    test('ends with the stop: the group is empty at once', async () => {
      const topic = await freshTopic(transport);
      const groupId = freshGroup();
      const { reader } = await collect(transport, { groupId, topics: [topic] });
      expect((await admin.describeGroups([groupId])).groups[0]).toMatchObject({ state: 'Stable' });
      await reader.stop();
      expect((await admin.describeGroups([groupId])).groups[0]).toMatchObject({ state: 'Empty', members: [] });
    });

    //  a   [ batch …………… finishes, commits ] joins
    //  b        joins … waits                joins   goes on from a's commit
    test('lets a batch in flight finish and commit while a newcomer waits', async () => {
      const topic = await freshTopic(transport);
      const group = { groupId: freshGroup(), topics: [topic] };
      await transport.writer().send(numbered(topic, 0, 4));
      let isHeld = true;
      const stale: boolean[] = [];
      const a = await collect(transport, group, async (batch) => {
        while (isHeld) await sleep(100).then(batch.heartbeat);
        stale.push(batch.isStale());
        await commitEnd(batch);
      });
      const joining = collect(transport, group, commitEnd);
      await expectSoon(async () => (await admin.describeGroups([group.groupId])).groups[0].state).toBe('PreparingRebalance');
      // Long enough for a heartbeat that tells of it.
      await sleep(1_500);
      isHeld = false;
      const b = await joining;
      expect(stale).toEqual([false]);
      await transport.writer().send(numbered(topic, 4, 6));
      await expectSoon(() => [...a.values(), ...b.values()]).toEqual(numbers(0, 6));
      await Promise.all([a.reader.stop(), b.reader.stop()]);
    });

    test('is lost to a handler slower than the session, whose commit then does nothing', async () => {
      const hasty = createKafkaTransport({ brokers, sessionTimeoutMs: 6_000 });
      const topic = await freshTopic(transport);
      const group = { groupId: freshGroup(), topics: [topic] };
      await transport.writer().send(numbered(topic, 0, 3));
      const late: boolean[] = [];
      const { reader, batches } = await collect(hasty, group, async (batch) => {
        if (late.length > 0) return;
        await sleep(7_500);
        await batch.commit({ offset: 2, metadata: 'late' });
        late.push(batch.isStale());
      });
      await expectSoon(() => batches.length).toBe(2);
      expect(late).toEqual([true]);
      expect(batches[1].resumedFrom).toEqual({ offset: 0, metadata: '' });
      expect(batches[1].records.map(textOf)).toEqual(numbers(0, 3));
      expect(reader.status()).toMatchObject({ rebalances: 1, fatal: null });
      await hasty.close();
    }, 30_000);

    test('ends within ten seconds of a stop even when a handler does not, and its batch turns stale', async () => {
      const topic = await freshTopic(transport);
      const groupId = freshGroup();
      await transport.writer().send(numbered(topic, 0, 1));
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const inFlight: RecordBatch[] = [];
      const reader = transport.reader({ groupId, topics: [topic] });
      await reader.run((batch) => {
        inFlight.push(batch);
        return held;
      });
      await expectSoon(() => inFlight.length).toBe(1);
      await reader.stop();
      expect(inFlight[0].isStale()).toBe(true);
      release();
      await expectSoon(async () => (await admin.describeGroups([groupId])).groups[0].state).toBe('Empty');
    }, 30_000);
  });

  test('a partition that is added is noticed by a running reader, and read from its start', async () => {
    const topic = await freshTopic(transport);
    const { reader, values, batches } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
    const before = reader.status().assigned.length;
    await admin.createPartitions({ topicPartitions: [{ topic, count: before + 1 }] });
    // Whoever sends knows of it first.
    await expectSoon(async () => (await transport.admin().describe(topic))?.partitions.length).toBe(before + 1);
    await succeeds(() => transport.writer().send([{ topic, key: 'k', value: Buffer.from('0'), partition: before }]));
    await expectSoon(() => values().slice(0, 1)).toEqual(['0']);
    expect(batches[0]).toMatchObject({ partition: before, resumedFrom: { offset: 0 } });
    expect(reader.status()).toMatchObject({ resets: 0, fatal: null });
    await reader.stop();
  }, 60_000);

  test('a topic that is deleted and made anew under a running reader is read from its start', async () => {
    const topic = await freshTopic(transport);
    await transport.writer().send(numbered(topic, 0, 20));
    const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] }, commitEnd);
    await expectSoon(() => values().length).toBe(20);
    await admin.deleteTopics({ topics: [topic] });
    await succeeds(() => transport.admin().ensureTopics([{ name: topic, partitions: 1 }]));
    await succeeds(() => transport.writer().send(numbered(topic, 100, 105)));
    await expectSoon(() => values().slice(20)).toEqual(numbers(100, 105));
    expect(reader.status().fatal).toBeNull();
    await reader.stop();
  }, 90_000);

  // position     5|
  // log start          |20 …    the next fetch is out of range: on from 20, counted, never from the end
  test('retention that overtakes a running reader is noticed', async () => {
    const topic = await freshTopic(transport);
    await transport.writer().send(numbered(topic, 0, 5));
    const { reader, batches, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] }, commitEnd);
    await expectSoon(values).toEqual(numbers(0, 5));
    reader.pause(topic);
    await transport.writer().send(numbered(topic, 5, 30));
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '20' }] });
    reader.resume(topic);
    await expectSoon(values).toEqual([...numbers(0, 5), ...numbers(20, 30)]);
    expect(reader.status().resets).toBe(1);
    const last = batches[batches.length - 1];
    expect(last.resumedFrom).toEqual({ offset: 20, metadata: '' });
    expect(last.epoch).not.toBe(batches[0].epoch);
    await reader.stop();
  });

  test('a note longer than the broker takes fails the handler, not the reader', async () => {
    const topic = await freshTopic(transport);
    await transport.writer().send(numbered(topic, 0, 1));
    const errors: unknown[] = [];
    const { reader } = await collect(transport, { groupId: freshGroup(), topics: [topic] }, async (batch) => {
      if (errors.length > 0) return;
      await batch.commit({ offset: 1, metadata: 'x'.repeat(5_000) }).catch((error) => {
        errors.push(error);
        throw error;
      });
    });
    await expectSoon(() => errors).toMatchObject([{ name: 'TransportError', code: 'refused', isRetriable: false }]);
    await expectSoon(() => reader.status().assigned[0].next).toBe(1);
    await reader.stop();
  });
});

test('brokers that are not there are an error to try again after, from every part', async () => {
  const transport = createKafkaTransport({ brokers: ['127.0.0.1:9'] });
  const expected = { code: 'unreachable', isRetriable: true };
  await expect(transport.admin().ping()).rejects.toMatchObject(expected);
  await expect(transport.writer().send(numbered('t', 0, 1))).rejects.toMatchObject(expected);
  await expect(transport.reader({ groupId: 'g', topics: ['t'] }).run(async () => undefined)).rejects.toMatchObject(expected);
  await transport.close();
});
