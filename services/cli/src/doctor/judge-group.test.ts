// Offsets of a topic: [start, end) is in the log, ^ is where the group goes on.
import { describe, expect, test } from 'vitest';
import type { TopicInfo } from '@tocsin/transport';
import { judgeGroup } from './judge-group.ts';

function topicOf(bounds: [number, number][]): TopicInfo {
  const partitions = bounds.map(([startOffset, endOffset], partition) => ({ partition, startOffset, endOffset }));
  return { name: 't', partitions, compacted: false, stamped: null };
}

const commitOf = (offset: number | null, partition: number) => ({
  partition,
  commit: offset === null ? null : { offset, metadata: '' },
});

describe('a group', () => {
  const judged = (bounds: [number, number][], offsets: (number | null)[], hasMembers: boolean | null = true) =>
    judgeGroup({ groupId: 'g', service: 'the scorer', commits: offsets.map(commitOf), hasMembers }, topicOf(bounds));

  test('that follows is told with what is left', () => {
    // [0 ....... ^8 .. 10)   [5 .. ^7)
    expect(
      judged(
        [
          [0, 10],
          [5, 7],
        ],
        [8, 7],
      ),
    ).toMatchObject({ level: 'ok', found: '2 records of t behind the end' });
  });

  test('that has not begun with a partition has all of it left', () => {
    expect(
      judged(
        [
          [0, 10],
          [5, 7],
        ],
        [8, null],
      ),
    ).toMatchObject({ level: 'ok', found: '4 records of t behind the end, 1 partition not read yet' });
  });

  test('that was never there is a warning', () => {
    expect(judged([[0, 10]], [null])).toMatchObject({ level: 'warn', found: 'has read nothing of t yet' });
  });

  test('whose place has expired, or lies behind the end of a topic made anew, is a warning', () => {
    // ^3  [5 ... 10)        [0 .. 4)  ^9
    expect(judged([[5, 10]], [3])).toMatchObject({ level: 'warn', found: expect.stringContaining('not in the log') });
    expect(judged([[0, 4]], [9])).toMatchObject({ level: 'warn', found: expect.stringContaining('not in the log') });
  });

  test('has nothing to do on an empty topic', () => {
    expect(judged([[0, 0]], [null])).toMatchObject({ level: 'ok', found: 't is empty' });
  });

  describe('that nobody reads as', () => {
    test('is a failure while records wait', () => {
      // [0 ....... ^8 .. 10)
      expect(judged([[0, 10]], [8], false)).toMatchObject({
        level: 'fail',
        found: 'nobody reads as this group: 2 records of t wait',
        advice: expect.stringContaining('start the scorer'),
      });
      // ^3  [5 ... 10)
      expect(judged([[5, 10]], [3], false)).toMatchObject({ level: 'fail', found: expect.stringContaining('5 records') });
    });

    test('is a warning where nothing waits, and where it was never there', () => {
      expect(judged([[0, 10]], [10], false)).toMatchObject({ level: 'warn', found: expect.stringContaining('nobody reads') });
      expect(judged([[0, 10]], [null], false)).toMatchObject({ level: 'warn', advice: expect.stringContaining('nobody reads') });
      expect(judged([[0, 0]], [null], false)).toMatchObject({ level: 'warn', found: expect.stringContaining('t is empty') });
    });

    test('is not held against a log that does not tell', () => {
      expect(judged([[0, 10]], [8], null)).toMatchObject({ level: 'ok' });
    });
  });
});
