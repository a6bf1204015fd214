// The contract of a single reader: where it starts, what it does after failures, how it pauses and stops.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Commit, Transport } from '@tocsin/transport';
import {
  collect,
  commitEnd,
  expectSoon,
  freshGroup,
  freshTopic,
  numbered,
  numbers,
  textOf,
  type TransportContract,
} from './transport-room.ts';

export function readingContract({ open, forgetBefore }: TransportContract): void {
  let transport: Transport;
  beforeAll(() => {
    transport = open();
  });
  afterAll(() => transport.close());

  /** A topic of one partition with records 0..count-1. */
  async function topicWith(count: number): Promise<string> {
    const topic = await freshTopic(transport);
    await transport.writer().send(numbered(topic, 0, count));
    return topic;
  }
  const committedIn = async (groupId: string, topic: string) => (await transport.admin().committed(groupId, topic))[0].commit;

  describe('a start', () => {
    test('without a commit is at the start of the log, which is committed first', async () => {
      const topic = await topicWith(3);
      const groupId = freshGroup();
      const seen: (Commit | null)[] = [];
      const { reader, batches, values } = await collect(transport, { groupId, topics: [topic] }, async () => {
        seen.push(await committedIn(groupId, topic));
      });
      await expectSoon(values).toEqual(numbers(0, 3));
      expect(seen[0]).toEqual({ offset: 0, metadata: '' });
      expect(batches[0]).toMatchObject({ topic, partition: 0, endOffset: 3, resumedFrom: { offset: 0, metadata: '' } });
      await reader.stop();
    });

    // committed   0 1 2 3|4 5 6 7     read, but not committed
    // next start          4 5 6 7
    test('is exactly at the commit, and its note comes back', async () => {
      const topic = await topicWith(8);
      const group = { groupId: freshGroup(), topics: [topic] };
      const first = await collect(transport, group, (batch) => batch.commit({ offset: 4, metadata: '{"v":1,"p":6}' }));
      await expectSoon(first.values).toEqual(numbers(0, 8));
      await first.reader.stop();

      const second = await collect(transport, group);
      await expectSoon(second.values).toEqual(numbers(4, 8));
      expect(second.batches[0].resumedFrom).toEqual({ offset: 4, metadata: '{"v":1,"p":6}' });
      expect(second.reader.status()).toMatchObject({ joined: true, resets: 0, rebalances: 0, stalledMs: 0, fatal: null });
      expect(second.reader.status().assigned).toEqual([{ topic, partition: 0, next: 8, endOffset: 8 }]);
      await second.reader.stop();
    });

    test('from the latest sees what comes after it, and only that', async () => {
      const topic = await topicWith(5);
      const group = { groupId: freshGroup(), topics: [topic], startFrom: 'latest' as const };
      const first = await collect(transport, group, commitEnd);
      await transport.writer().send(numbered(topic, 5, 7));
      await expectSoon(first.values).toEqual(numbers(5, 7));
      await first.reader.stop();
      await transport.writer().send(numbered(topic, 7, 9));
      // With a commit there is nothing to choose any more.
      const second = await collect(transport, group);
      await expectSoon(second.values).toEqual(numbers(7, 9));
      await second.reader.stop();
    });

    // committed   0 1|2 3 4 5     kept elsewhere   0 1 2 3|4 5
    test('of a reader that keeps its positions itself is where that says, in every epoch', async () => {
      const topic = await topicWith(6);
      let next: number | null = 4;
      const asked: unknown[] = [];
      const group = {
        groupId: freshGroup(),
        topics: [topic],
        resumeAt: (_: string, partition: number, log: { startOffset: number; endOffset: number }) => {
          const { startOffset, endOffset } = log;
          asked.push({ partition, startOffset, endOffset });
          return next;
        },
      };
      let failures = 0;
      const first = await collect(transport, group, async (batch) => {
        if (failures++ === 0) {
          next = 3;
          throw new Error('not yet');
        }
        await batch.commit({ offset: 2, metadata: '' });
      });
      await expectSoon(first.values).toEqual(numbers(3, 6));
      expect(asked[0]).toEqual({ partition: 0, startOffset: 0, endOffset: 6 });
      expect(first.reader.status().resets).toBe(0);
      await first.reader.stop();
      next = null;
      const second = await collect(transport, group);
      await expectSoon(second.values).toEqual(numbers(0, 6));
      await second.reader.stop();
    });

    test('from the latest of a topic that is still empty loses nothing', async () => {
      const topic = await freshTopic(transport);
      const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic], startFrom: 'latest' });
      await transport.writer().send(numbered(topic, 0, 3));
      await expectSoon(values).toEqual(numbers(0, 3));
      await reader.stop();
    });

    // log start     |20 ...
    // commit    5|            gone: counted, and on from the log start, without the note
    test('after retention overtook the commit is at the start of the log, and counted', async () => {
      const topic = await topicWith(30);
      const group = { groupId: freshGroup(), topics: [topic], maxRecords: 5 };
      const first = await collect(transport, group, (batch) => batch.commit({ offset: 5, metadata: 'gone' }));
      await expectSoon(() => first.records.length).toBe(30);
      await first.reader.stop();
      await forgetBefore(topic, 0, 20);
      const startOffset = (await transport.admin().describe(topic))?.partitions[0].startOffset ?? 0;
      expect(startOffset).toBeGreaterThanOrEqual(20);

      const second = await collect(transport, group);
      await expectSoon(() => second.batches.length).toBeGreaterThan(0);
      expect(second.batches[0].resumedFrom).toEqual({ offset: startOffset, metadata: '' });
      expect(second.records[0].offset).toBe(startOffset);
      expect(second.reader.status().resets).toBe(1);
      await second.reader.stop();
      expect(await committedIn(group.groupId, topic)).toEqual({ offset: startOffset, metadata: '' });
    });

    test('is refused for a topic that does not exist, by name', async () => {
      const reader = transport.reader({ groupId: freshGroup(), topics: ['contract-of-nobody'] });
      const started = reader.run(async () => undefined);
      await expect(started).rejects.toMatchObject({ code: 'unknown-topic', isRetriable: false });
      await expect(started).rejects.toThrow(/contract-of-nobody/);
      await reader.stop();
    });
  });

  describe('a handler', () => {
    test('gets batches of at most maxRecords, in order, nothing twice, nothing left out', async () => {
      const topic = await freshTopic(transport, 4);
      const keys = Array.from({ length: 40 }, (_, i) => `device-${i}`);
      const sent = numbered(topic, 0, 20_000).map((record, i) => ({ ...record, key: keys[i % keys.length] }));
      await transport.writer().send(sent);
      const { reader, records, batches } = await collect(transport, { groupId: freshGroup(), topics: [topic], maxRecords: 700 });
      await expectSoon(() => records.length).toBe(20_000);
      expect(Math.max(...batches.map((batch) => batch.records.length))).toBe(700);
      for (const partition of [0, 1, 2, 3]) {
        const offsets = records.filter((record) => record.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.map((_, i) => i));
      }
      for (const [at, key] of keys.entries()) {
        const read = records.filter((record) => Buffer.from(record.key ?? []).toString() === key).map(textOf);
        expect(read).toEqual(numbers(0, 20_000 / keys.length).map((n) => `${Number(n) * keys.length + at}`));
      }
      await reader.stop();
    });

    // batches of 2   [0 1] [2 3]| commit 4 | [4 5] [6 7] throws | [4 5] [6 7] …   nothing skipped, a new epoch
    test('that throws goes on from the last commit, in a new epoch', async () => {
      const topic = await topicWith(10);
      let failures = 1;
      const { reader, batches } = await collect(
        transport,
        { groupId: freshGroup(), topics: [topic], maxRecords: 2 },
        async (batch) => {
          const values = batch.records.map(textOf);
          if (values[0] === '2') await batch.commit({ offset: 4, metadata: 'note' });
          if (values[0] === '6' && failures-- > 0) throw new Error('out of order, please come again');
        },
      );
      await expectSoon(() => batches.map(({ records }) => textOf(records[0]))).toEqual(['0', '2', '4', '4', '6', '8']);
      const [before, after] = [batches[2], batches[3]];
      expect(after.epoch).not.toBe(before.epoch);
      expect(batches.slice(0, 3).every((batch) => batch.epoch === before.epoch && batch.isStale())).toBe(true);
      expect(after.resumedFrom).toEqual({ offset: 4, metadata: 'note' });
      expect(after.isStale()).toBe(false);
      await reader.stop();
    });

    test('that throws again and again ends the reader', async () => {
      const impatient = open({ failuresMax: 3 });
      const topic = await topicWith(4);
      let calls = 0;
      const reader = impatient.reader({ groupId: freshGroup(), topics: [topic], maxRecords: 2 });
      await reader.run(async (batch) => {
        calls += 1;
        // Getting as far as before is no progress.
        if (batch.records[0].offset > 0) throw new Error('poison');
      });
      await expectSoon(() => reader.status().fatal).toMatchObject({ code: 'handler-failed', isRetriable: false });
      expect(reader.status()).toMatchObject({ joined: false });
      expect(String(reader.status().fatal)).toContain(`${topic}/0`);
      expect(calls).toBe(6);
      await impatient.close();
    });

    test('of several topics gets them all', async () => {
      const topics = [await topicWith(3), await topicWith(3)];
      const { reader, records } = await collect(transport, { groupId: freshGroup(), topics });
      await expectSoon(() => records.map(({ topic }) => topic).sort()).toEqual([...topics, ...topics, ...topics].sort());
      await reader.stop();
    });
  });

  describe('a pause', () => {
    test('holds back one topic and no other, and loses nothing', async () => {
      const [held, free] = [await topicWith(2), await topicWith(2)];
      const reader = transport.reader({ groupId: freshGroup(), topics: [held, free], maxRecords: 1 });
      const seen: string[] = [];
      reader.pause(held);
      await reader.run(async ({ topic, records }) => {
        seen.push(`${topic === held ? 'held' : 'free'} ${textOf(records[0])}`);
      });
      await transport.writer().send([...numbered(held, 2, 4), ...numbered(free, 2, 4)]);
      await expectSoon(() => seen).toEqual(['free 0', 'free 1', 'free 2', 'free 3']);
      reader.resume(held);
      await expectSoon(() => seen.slice(4)).toEqual(['held 0', 'held 1', 'held 2', 'held 3']);

      reader.pause(held);
      await transport.writer().send(numbered(held, 4, 6));
      await transport.writer().send(numbered(free, 4, 6));
      await expectSoon(() => seen.slice(8)).toEqual(['free 4', 'free 5']);
      reader.resume(held);
      await expectSoon(() => seen.slice(10)).toEqual(['held 4', 'held 5']);
      await reader.stop();
    });
  });

  describe('a stop', () => {
    test('lets the batch in flight finish and commit, and hands over no other', async () => {
      const topic = await topicWith(10);
      const groupId = freshGroup();
      let finish = () => {};
      const hold = new Promise<void>((resolve) => (finish = resolve));
      const reader = transport.reader({ groupId, topics: [topic], maxRecords: 4 });
      const stale: boolean[] = [];
      let batches = 0;
      await reader.run(async (batch) => {
        batches += 1;
        await hold;
        stale.push(batch.isStale());
        await commitEnd(batch);
      });
      await expectSoon(() => batches).toBe(1);
      const stopped = reader.stop();
      finish();
      await stopped;
      expect([batches, stale]).toEqual([1, [false]]);
      expect(await committedIn(groupId, topic)).toEqual({ offset: 4, metadata: '' });
      expect(reader.status()).toMatchObject({ joined: false, fatal: null });
      await reader.stop();
    });

    test('is possible before the start, and there is no start after it', async () => {
      const topic = await topicWith(1);
      const reader = transport.reader({ groupId: freshGroup(), topics: [topic] });
      await reader.stop();
      await expect(reader.run(async () => undefined)).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
