// The writing and looking half of the transport contract.
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutgoingRecord, Transport } from '@tocsin/transport';
import {
  collect,
  expectSoon,
  freshGroup,
  freshTopic,
  numbered,
  numbers,
  textOf,
  type TransportContract,
} from './transport-room.ts';

export function writingContract({ open }: TransportContract): void {
  let transport: Transport;
  beforeAll(() => {
    transport = open();
  });
  afterAll(() => transport.close());

  /** Everything a topic holds, per partition, after sending. */
  async function sentTo(topic: string, records: readonly OutgoingRecord[]) {
    await transport.writer().send(records);
    const { reader, records: read } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
    await expectSoon(() => read.length).toBe(records.length);
    await reader.stop();
    return read;
  }

  describe('sending', () => {
    test('equal keys share a partition, the one that kafkajs and the Java client choose, and keep their order', async () => {
      const topic = await freshTopic(transport, 7);
      const keys = fc.sample(fc.uint8Array({ minLength: 0, maxLength: 20 }), { seed: 7, numRuns: 200 });
      const twice = [...keys, ...keys].map((key, i) => ({ topic, key, value: Buffer.from(`${i}`) }));
      const read = await sentTo(topic, twice);

      const choose = Partitioners.DefaultPartitioner();
      const partitionMetadata = numbers(0, 7).map((id) => ({ ...anyPartition, partitionId: Number(id) }));
      for (const key of keys) {
        const message = { key: Buffer.from(key), value: null };
        const found = read.filter((record) => Buffer.from(record.key ?? []).equals(message.key));
        expect(new Set(found.map(({ partition }) => partition))).toEqual(
          new Set([choose({ topic, partitionMetadata, message })]),
        );
        const order = found.map((record) => Number(textOf(record)));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
    });

    test('keys, values, headers and timestamps come back as they went', async () => {
      const topic = await freshTopic(transport);
      const timestampMs = Date.now() - 5_000;
      const bytes = Uint8Array.of(0, 255, 10, 13);
      const [full, empty, tombstone] = await sentTo(topic, [
        { topic, key: 'däta', value: bytes, headers: { text: 'ü', bytes }, timestampMs },
        { topic, key: bytes, value: new Uint8Array(0) },
        { topic, key: null, value: null },
      ]);
      expect(full).toMatchObject({ topic, partition: 0, offset: 0, timestampMs });
      expect(Buffer.from(full.key ?? []).toString()).toBe('däta');
      expect(Uint8Array.from(full.value ?? [])).toEqual(bytes);
      expect(Object.keys(full.headers)).toEqual(['text', 'bytes']);
      expect(Buffer.from(full.headers['text']).toString()).toBe('ü');
      expect(Uint8Array.from(full.headers['bytes'])).toEqual(bytes);
      expect([Uint8Array.from(empty.key ?? []), empty.value?.length, empty.headers]).toEqual([bytes, 0, {}]);
      expect(Math.abs(empty.timestampMs - Date.now())).toBeLessThan(60_000);
      expect([tombstone.key, tombstone.value]).toEqual([null, null]);
    });

    test('a given partition is taken; records without a key are spread', async () => {
      const topic = await freshTopic(transport, 3);
      const spread = Array.from({ length: 30 }, () => ({ topic, key: null, value: null }));
      await transport.writer().send([{ topic, key: 'k', value: null, partition: 2 }, ...spread]);
      const info = await transport.admin().describe(topic);
      expect(info?.partitions.map(({ endOffset }) => endOffset)).toEqual([10, 10, 11]);
    });

    test('sends that overlap keep the order of their calls', async () => {
      const topic = await freshTopic(transport);
      const writer = transport.writer();
      const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] });
      await Promise.all(Array.from({ length: 200 }, (_, i) => writer.send(numbered(topic, 3 * i, 3 * i + 3))));
      await expectSoon(() => values().length).toBe(600);
      expect(values()).toEqual(numbers(0, 600));
      await reader.stop();
    });

    test('what cannot be sent is refused by name and does no harm to the sends around it', async () => {
      const topic = await freshTopic(transport);
      const writer = transport.writer();
      const outcomes = await Promise.allSettled([
        writer.send(numbered(topic, 0, 1)),
        writer.send([{ topic: 'contract-of-nobody', key: null, value: null }]),
        writer.send([{ topic, key: null, value: null, partition: 9 }]),
        writer.send([{ topic, key: null, value: Buffer.alloc(1_000_000) }]),
      ]);
      expect(outcomes).toMatchObject([
        { status: 'fulfilled' },
        { reason: { code: 'unknown-topic', isRetriable: false, message: expect.stringContaining('contract-of-nobody') } },
        { reason: { code: 'refused', isRetriable: false, message: expect.stringContaining(`${topic}/9`) } },
        { reason: { code: 'record-too-large', isRetriable: false, message: expect.stringContaining(topic) } },
      ]);
      await writer.send(numbered(topic, 1, 2));
      expect((await transport.admin().describe(topic))?.partitions).toEqual([{ partition: 0, startOffset: 0, endOffset: 2 }]);
      await writer.close();
      await expect(writer.send(numbered(topic, 2, 3))).rejects.toMatchObject({ code: 'closed' });
    });

    test('a send far larger than a request arrives whole and in order', async () => {
      const topic = await freshTopic(transport);
      const value = Buffer.alloc(100_000, 7);
      const read = await sentTo(
        topic,
        numbered(topic, 0, 50).map((record, i) => ({ ...record, value, headers: { n: `${i}` } })),
      );
      expect(read.map(({ headers }) => Buffer.from(headers['n']).toString())).toEqual(numbers(0, 50));
      expect(read.every((record) => record.value?.length === value.length)).toBe(true);
    });
  });

  describe('topics', () => {
    test('are created once and never changed', async () => {
      const admin = transport.admin();
      const topic = await freshTopic(transport, 2);
      await transport.writer().send(numbered(topic, 0, 5));
      const [other, stamped] = [`${topic}-compacted`, `${topic}-stamped`];
      await admin.ensureTopics([
        { name: topic, partitions: 9 },
        { name: other, partitions: 1, compacted: true },
        { name: stamped, partitions: 1, stamped: true },
      ]);
      expect(await admin.describe(topic)).toMatchObject({ partitions: [{}, {}], compacted: false });
      const partitions = [{ partition: 0, startOffset: 0, endOffset: 0 }];
      // Only a broker tells, and sees to it, whose time a record has.
      const told = (isStamped: boolean) => (transport.kind === 'kafka' ? isStamped : null);
      expect(await admin.describe(other)).toEqual({ name: other, partitions, compacted: true, stamped: told(false) });
      expect(await admin.describe(stamped)).toEqual({ name: stamped, partitions, compacted: false, stamped: told(true) });
    });

    test('are described as null where there are none; their commits are asked for in vain', async () => {
      expect(await transport.admin().describe('contract-of-nobody')).toBeNull();
      await expect(transport.admin().committed(freshGroup(), 'contract-of-nobody')).rejects.toMatchObject({
        code: 'unknown-topic',
      });
    });

    test('have no commits of a group that never was', async () => {
      const topic = await freshTopic(transport, 2);
      expect(await transport.admin().committed(freshGroup(), topic)).toEqual([
        { partition: 0, commit: null },
        { partition: 1, commit: null },
      ]);
    });

    test('the log answers with one line about itself', async () => {
      expect(await transport.admin().ping()).toMatch(/^[^\n]+$/);
    });
  });
}

const anyPartition = { partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] };
