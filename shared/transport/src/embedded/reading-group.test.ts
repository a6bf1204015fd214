import { expect, test } from 'vitest';
import { type GroupMember, type Occupy, readingGroup } from './reading-group.ts';

function member(topics: string[]): GroupMember & { shares: string[]; occupy: Occupy } {
  const self: GroupMember & { shares: string[]; occupy: Occupy } = {
    topics,
    shares: [],
    occupy: async () => {},
    assign(partitions, occupy) {
      self.shares.push(partitions.map(({ topic, partition }) => `${topic}${partition}`).join(' '));
      self.occupy = occupy;
    },
    lose: () => void self.shares.push('lost'),
  };
  return self;
}

test('partitions are shared out evenly, each to one member that reads its topic', () => {
  const group = readingGroup((topic) => (topic === 'a' ? 3 : 1));
  const [both, one] = [member(['a', 'b']), member(['a'])];
  group.join(both);
  group.join(one);
  group.leave(both);
  expect(both.shares).toEqual(['a0 a1 a2 b0', 'a0 a2 b0']);
  expect(one.shares).toEqual(['a1', 'a0 a1 a2']);
  expect(group.leave(both)).toBe(false);
});

//  first   |------- t0 -------|
//  second                     |-- t0 --|      and t1 at once
test('a partition reaches its next owner when the work of the one before is done', async () => {
  const group = readingGroup(() => 2);
  const owner = member(['t']);
  group.join(owner);
  const order: string[] = [];
  let finish = () => {};
  const first = owner.occupy({ topic: 't', partition: 0 }, async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    order.push('first');
  });
  const second = owner.occupy({ topic: 't', partition: 0 }, async () => void order.push('second'));
  await owner.occupy({ topic: 't', partition: 1 }, async () => void order.push('other'));
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(['other', 'first', 'second']);
});

test('a lost group has no members any more', () => {
  const group = readingGroup(() => 1);
  const only = member(['t']);
  group.join(only);
  group.lose(
    Object.assign(new Error('taken'), { name: 'TransportError' as const, code: 'group-taken' as const, isRetriable: true }),
  );
  expect(only.shares).toEqual(['t0', 'lost']);
  expect(group.leave(only)).toBe(false);
});
