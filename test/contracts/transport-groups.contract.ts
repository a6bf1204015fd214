// The contract of several readers: what members of one group share, and what groups do not.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordBatch, Transport } from '@tocsin/transport';
import {
  collect,
  commitEnd,
  expectSoon,
  freshGroup,
  freshTopic,
  numbered,
  numbers,
  type TransportContract,
} from './transport-room.ts';

export function groupsContract({ open }: TransportContract): void {
  let transport: Transport;
  let other: Transport;
  beforeAll(() => {
    transport = open();
    other = open();
  });
  afterAll(async () => {
    await transport.close();
    await other.close();
  });

  const byNumber = (values: string[]) => [...values].sort((a, b) => Number(a) - Number(b));
  const spread = (topic: string, from: number, to: number) =>
    numbered(topic, from, to).map((record, i) => ({ ...record, partition: i % 4 }));

  describe('members of a group', () => {
    //            partitions   0 1 2 3
    // one member              a a a a
    // a second joins          a b a b     what a held of the old assignment is stale
    // the first stops         b b b b     b goes on from a's commits
    test('share the partitions; a newcomer makes older batches stale; a leaver hands over', async () => {
      const topic = await freshTopic(transport, 4);
      const group = { groupId: freshGroup(), topics: [topic] };
      const a = await collect(transport, group, commitEnd);
      await transport.writer().send(spread(topic, 0, 40));
      await expectSoon(() => byNumber(a.values())).toEqual(numbers(0, 40));
      const old: RecordBatch[] = [...a.batches];
      expect(old.some((batch) => batch.isStale())).toBe(false);

      const b = await collect(other, group, commitEnd);
      const shares = () => [a, b].map(({ reader }) => reader.status().assigned.length);
      await expectSoon(shares).toEqual([2, 2]);
      await expectSoon(() => old.every((batch) => batch.isStale())).toBe(true);
      expect(a.reader.status().rebalances).toBe(1);
      for (const batch of old) await batch.commit({ offset: 1, metadata: 'stale' });
      const commits = await transport.admin().committed(group.groupId, topic);
      expect(commits.map(({ commit }) => commit)).toEqual(Array.from({ length: 4 }, () => ({ offset: 10, metadata: '' })));

      await transport.writer().send(spread(topic, 40, 80));
      await expectSoon(() => byNumber([...a.values(), ...b.values()])).toEqual(numbers(0, 80));
      expect(b.values()).toHaveLength(20);

      await a.reader.stop();
      await transport.writer().send(spread(topic, 80, 120));
      await expectSoon(() => byNumber([...a.values(), ...b.values()])).toEqual(numbers(0, 120));
      expect(b.reader.status()).toMatchObject({ rebalances: 1, resets: 0, joined: true });
      await b.reader.stop();
    });

    test('hear at every assignment what they hold, and so what they have lost', async () => {
      const topic = await freshTopic(transport, 4);
      const groupId = freshGroup();
      const heard: { topic: string; partition: number }[][] = [];
      const a = await collect(transport, { groupId, topics: [topic], onAssigned: (held) => void heard.push([...held]) });
      const held = () => (heard.at(-1) ?? []).map(({ partition }) => partition).sort((x, y) => x - y);
      const assigned = () =>
        a.reader
          .status()
          .assigned.map(({ partition }) => partition)
          .sort((x, y) => x - y);
      await expectSoon(held).toEqual([0, 1, 2, 3]);
      const b = await collect(other, { groupId, topics: [topic] });
      await expectSoon(() => held().length).toBe(2);
      await expectSoon(assigned).toEqual(held());
      await b.reader.stop();
      await expectSoon(held).toEqual([0, 1, 2, 3]);
      expect(heard.flat().every((each) => each.topic === topic)).toBe(true);
      await a.reader.stop();
    });

    test('may be more than there are partitions', async () => {
      const topic = await freshTopic(transport, 1);
      const group = { groupId: freshGroup(), topics: [topic] };
      const a = await collect(transport, group, commitEnd);
      const b = await collect(other, group, commitEnd);
      await expectSoon(() => [a, b].map(({ reader }) => reader.status().assigned.length).sort((x, y) => x - y)).toEqual([0, 1]);
      expect(b.reader.status().joined).toBe(true);
      await transport.writer().send(numbered(topic, 0, 5));
      await expectSoon(() => [...a.values(), ...b.values()]).toEqual(numbers(0, 5));
      await Promise.all([a.reader.stop(), b.reader.stop()]);
    });

    test('a group can be joined again at once when its last member has left', async () => {
      const topic = await freshTopic(transport);
      const group = { groupId: freshGroup(), topics: [topic] };
      for (const round of [0, 1, 2]) {
        const member = await collect(round % 2 === 0 ? transport : other, group, commitEnd);
        await transport.writer().send(numbered(topic, round, round + 1));
        await expectSoon(member.values).toEqual([`${round}`]);
        await member.reader.stop();
      }
    });
  });

  //   nobody   | a joins | b joins | a leaves | b leaves
  //   no         yes       yes       yes        no
  test('whether anybody reads as a group is told from outside, while they are there', async () => {
    const topic = await freshTopic(transport);
    const group = { groupId: freshGroup(), topics: [topic] };
    const isRead = () => other.admin().hasMembers(group.groupId);
    expect(await isRead()).toBe(false);
    const a = await collect(transport, group);
    expect(await isRead()).toBe(true);
    const b = await collect(transport, group);
    await a.reader.stop();
    await expectSoon(isRead).toBe(true);
    expect(await transport.admin().hasMembers(freshGroup())).toBe(false);
    await b.reader.stop();
    await expectSoon(isRead).toBe(false);
  });

  test('groups do not know of each other', async () => {
    const topic = await freshTopic(transport);
    await transport.writer().send(numbered(topic, 0, 3));
    const a = await collect(transport, { groupId: freshGroup(), topics: [topic] }, commitEnd);
    const b = await collect(other, { groupId: freshGroup(), topics: [topic] });
    await expectSoon(a.values).toEqual(numbers(0, 3));
    await expectSoon(b.values).toEqual(numbers(0, 3));
    await Promise.all([a.reader.stop(), b.reader.stop()]);
  });
}
