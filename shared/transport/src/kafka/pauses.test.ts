import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { consumerPauses } from './pauses.ts';

/** kafkajs' half: which partitions of which topics are paused. */
function fakeConsumer() {
  const paused = new Set<string>();
  type Target = { topic: string; partitions?: number[] };
  const each = (targets: Target[], act: (key: string) => void) =>
    targets.forEach(({ topic, partitions = [] }) => partitions.forEach((partition) => act(`${topic}/${partition}`)));
  return {
    list: () => [...paused].sort(),
    pause: (targets: Target[]) => each(targets, (key) => paused.add(key)),
    resume: (targets: Target[]) => each(targets, (key) => paused.delete(key)),
    paused: () =>
      ['a', 'b'].map((topic) => ({ topic, partitions: [0, 1].filter((partition) => paused.has(`${topic}/${partition}`)) })),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a topic paused before there is a group is paused in it', () => {
  const consumer = fakeConsumer();
  const pauses = consumerPauses(consumer);
  pauses.pause('a');
  expect(consumer.list()).toEqual([]);
  pauses.attach({ a: [0, 1], b: [0] });
  expect(consumer.list()).toEqual(['a/0', 'a/1']);
  pauses.resume('a');
  expect(consumer.list()).toEqual([]);
});

//  a/0 backs off   |--------- 500 ms ---------|
//  a is paused          |---------------------------|      neither ends the other
test('backing off and pausing do not end each other', () => {
  const consumer = fakeConsumer();
  const pauses = consumerPauses(consumer);
  pauses.attach({ a: [0, 1] });
  pauses.backOff('a', 0, 500);
  expect(consumer.list()).toEqual(['a/0']);
  pauses.pause('a');
  vi.advanceTimersByTime(500);
  expect(consumer.list()).toEqual(['a/0', 'a/1']);
  pauses.backOff('a', 0, 500);
  pauses.resume('a');
  expect(consumer.list()).toEqual(['a/0']);
  vi.advanceTimersByTime(500);
  expect(consumer.list()).toEqual([]);
});

test('a new assignment brings what kafkajs remembers into line', () => {
  const consumer = fakeConsumer();
  const pauses = consumerPauses(consumer);
  pauses.attach({ a: [0] });
  pauses.backOff('a', 0, 500);
  pauses.detach();
  pauses.attach({ a: [0, 1] });
  expect(consumer.list()).toEqual([]);
});
