import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OutgoingRecord } from './port.ts';
import { sendQueue } from './send-queue.ts';

const record = (topic: string): OutgoingRecord => ({ topic, key: null, value: null });
const topics = (records: readonly OutgoingRecord[]) => records.map(({ topic }) => topic).join('');

//  push   a   b c d            e
//  deliver [a..........][bcd][e]       one at a time, what waited goes together
test('delivers one after the other, in order, together what had to wait', async () => {
  const delivered: string[] = [];
  let running = 0;
  const queue = sendQueue(
    async () => {},
    async (records) => {
      expect((running += 1)).toBe(1);
      await turn();
      delivered.push(topics(records));
      running -= 1;
    },
  );
  const sends = ['a'].map((topic) => queue.push([record(topic)]));
  await Promise.resolve();
  sends.push(...['b', 'c', 'd'].map((topic) => queue.push([record(topic)])));
  await Promise.all(sends);
  await queue.push([record('e')]);
  expect(delivered.join('')).toBe('abcde');
  expect(delivered[0]).toBe('a');
  expect(delivered).toHaveLength(3);
});

test('a send that is not admitted fails alone; a delivery that fails takes its sends with it, not the next', async () => {
  let failures = 1;
  const queue = sendQueue(
    async ([{ topic }]) => {
      if (topic === 'x') throw new Error('refused');
    },
    async (records) => {
      if (topics(records).includes('b') && failures-- > 0) throw new Error('lost');
    },
  );
  const outcomes = await Promise.allSettled(['x', 'a', 'b'].map((topic) => queue.push([record(topic)])));
  expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.message : 'sent'))).toEqual([
    'refused',
    'lost',
    'lost',
  ]);
  await expect(queue.push([record('b')])).resolves.toBeUndefined();
  await queue.idle();
});

//  push     a      b         c
//  deliver  [a.....          [c]      abandoned: a and b are rejected, the delivery of a is not waited for
test('what is abandoned is rejected and named; later sends go on when the delivery is over', async () => {
  const finish: (() => void)[] = [];
  const queue = sendQueue(
    async () => {},
    () => new Promise((resolve) => void finish.push(resolve)),
  );
  const sends = ['a', 'b'].map((topic) => queue.push([record(topic)]).catch((error: Error) => error.message));
  await turn();
  expect(topics(queue.abandon(new Error('closed')))).toBe('ab');
  expect(await Promise.all(sends)).toEqual(['closed', 'closed']);
  const last = queue.push([record('c')]);
  finish[0]();
  await turn();
  finish[1]();
  await last;
});
