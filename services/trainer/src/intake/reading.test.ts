import type { LogAdmin, RecordBatch } from '@tocsin/transport';
import { describe, expect, test } from 'vitest';
import type { EpisodeStore, TakeResult } from '../episode-store/episode-store.ts';
import { fingerprintOf, resumeFrom } from '../episode-store/resume-position.ts';
import { StoreBroken, StoreUnwritable } from '../episode-store/store-errors.ts';
import { useStoreRoom } from '../episode-store/store-room.fixture.ts';
import { recordsOf, scored } from '../scored-windows.fixture.ts';
import { watchMembers } from './other-members.ts';
import { resumeReading } from './resume-reading.ts';
import { storePatiently } from './store-patiently.ts';

const records = recordsOf('windows', [scored(0), scored(1)]);
const at = { topic: 'windows', partition: 0, endOffset: 2, epoch: 1, resumedFrom: { offset: 0, metadata: '' } };

/** Lines, and what writes them. */
function notes() {
  const lines: string[] = [];
  return { lines, note: (level: string, message: string) => void lines.push(`${level}: ${message}`) };
}

describe('a store that takes nothing', () => {
  const stored: TakeResult = { outcome: 'stored', windows: [] };

  /** A store that fails with these, one after the other, and a batch that turns stale after so many heartbeats. */
  function room(failures: Error[], heartbeatsMax = Infinity) {
    const { lines, note } = notes();
    let [beats, anew, nowMs] = [0, 0, 0];
    const take = () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return stored;
    };
    const startAnew = async () => `aside-${++anew}`;
    const batch: RecordBatch = {
      ...at,
      records,
      isStale: () => beats > heartbeatsMax,
      heartbeat: async () => void ((beats += 1), (nowMs += 25_000)),
      commit: async () => undefined,
    };
    const patient = storePatiently({ take, startAnew }, note, () => nowMs, 1);
    return { patient, batch, lines, anew: () => anew };
  }
  const full = () => new StoreUnwritable('no space');

  test('is waited for, with heartbeats and a line a minute, and nothing is skipped', async () => {
    const { patient, batch, lines } = room([full(), full(), full(), full()]);
    const taking = patient.take(batch, []);
    expect(patient.problem()).toBe('no space');
    expect(await taking).toBe(stored);
    expect(patient.problem()).toBeNull();
    const said = 'error: nothing is taken in while the episode store cannot be written';
    expect(lines).toEqual([said, said, 'info: the episode store can be written again']);
  });

  test('is left to the next owner of the partition', async () => {
    const { patient, batch } = room([full(), full(), full()], 1);
    expect(await patient.take(batch, [])).toBeNull();
  });

  test('because it is broken is made anew, and reading begins anew', async () => {
    const { patient, batch, lines, anew } = room([new StoreBroken('page 7')]);
    await expect(patient.take(batch, [])).rejects.toThrow('page 7');
    expect(anew()).toBe(1);
    expect(lines).toEqual(['error: the episode store is broken: it was put aside and is made anew from the log']);
  });

  test('for a reason of ours is no matter of waiting', async () => {
    const { patient, batch } = room([new TypeError('a mistake')]);
    await expect(patient.take(batch, [])).rejects.toThrow('a mistake');
  });
});

describe('reading goes on', () => {
  const [, second] = records;
  const position = { next: 2, last: fingerprintOf(second) };

  // log   [start ... end)      read up to 2, the last record being 1
  test.each([
    ['at the last record, to see whether it is still the same', position, 0, 5, { offset: 1, why: 'known', lost: 0 }],
    ['behind it where that is gone', position, 2, 5, { offset: 2, why: 'known', lost: 0 }],
    ['at the end', position, 0, 2, { offset: 1, why: 'known', lost: 0 }],
    ['at the start of what has not been read before', null, 3, 5, { offset: 3, why: 'new', lost: 0 }],
    ['where retention has left something', position, 4, 9, { offset: 4, why: 'overtaken', lost: 2 }],
    ['at the start of a log that ends before', position, 0, 1, { offset: 0, why: 'replaced', lost: 0 }],
  ])('%s', (_, from, startOffset, endOffset, expected) => {
    expect(resumeFrom(from, { startOffset, endOffset })).toEqual(expected);
  });

  test('and what is strange about it is said and counted', () => {
    const { lines, note } = notes();
    const forgotten: string[] = [];
    let lost = 0;
    let generation = 0;
    const store: Partial<EpisodeStore> = {
      generation: () => generation,
      partitionsOf: () => [0, 1],
      position: (_, partition) => (partition < 2 ? { next: 5, last: null } : null),
      noteStart: () => undefined,
      forgetPositions: (topic, partition) => void forgotten.push(`${topic}/${partition}`),
    };
    const recordsLost = { inc: (by = 1) => void (lost += by), reset: () => undefined };
    const { resumeAt, isCurrent } = resumeReading(store as EpisodeStore, ['windows'], { recordsLost }, note);
    expect(resumeAt('windows', 0, { startOffset: 0, endOffset: 9 })).toBe(5);
    expect(lines).toEqual([]);
    expect(resumeAt('windows', 0, { startOffset: 8, endOffset: 9 })).toBe(8);
    expect(resumeAt('windows', 1, { startOffset: 0, endOffset: 3 })).toBe(0);
    expect(resumeAt('windows', 2, { startOffset: 0, endOffset: 3 })).toBe(0);
    expect(lines).toEqual([
      'error: retention took records before they were read',
      'error: the log ends before what has been read of it: the topic was made anew, or it is another cluster',
      'warn: the topic has more partitions than when it was read last: devices may have moved to others',
    ]);
    expect([lost, forgotten]).toEqual([3, ['windows/1']]);
    // Whoever was reading while the store was made anew has to ask again where to.
    expect([isCurrent('windows', 0), isCurrent('windows', 3)]).toEqual([true, false]);
    generation = 1;
    expect(isCurrent('windows', 0)).toBe(false);
    resumeAt('windows', 0, { startOffset: 0, endOffset: 9 });
    expect(isCurrent('windows', 0)).toBe(true);
  });
});

//   partition   0        1      2       3 (since)
//   log         [0 1)    [0 0)  [0 0)   [0 0)
describe('partitions without records', () => {
  const room = useStoreRoom();
  const empty = { startOffset: 0, endOffset: 0 };

  function start(partitions: number): string[] {
    const { lines, note } = notes();
    const recordsLost = { inc: () => undefined, reset: () => undefined };
    const { resumeAt } = resumeReading(room.store, ['windows'], { recordsLost }, note);
    for (let partition = 0; partition < partitions; partition++)
      expect(resumeAt('windows', partition, partition === 0 ? { startOffset: 0, endOffset: 1 } : empty)).toBe(0);
    return lines;
  }

  test('are none that the topic has got since, at whatever start; those that it got are said once', async () => {
    expect(start(3)).toEqual([]);
    room.takeWindows([scored(0)]);
    await room.reopen();
    expect(start(3)).toEqual([]);
    await room.reopen();
    const grown = 'warn: the topic has more partitions than when it was read last: devices may have moved to others';
    expect(start(4)).toEqual([grown]);
    await room.reopen();
    expect(start(4)).toEqual([]);
    expect(room.load().learnedFrom.positions).toEqual([{ topic: 'windows', partition: 0, offset: 1 }]);
  });

  test('are read from where they began, also where a store cannot take that down', () => {
    const store = {
      ...room.store,
      noteStart: () => {
        throw new StoreUnwritable('no space');
      },
    };
    const recordsLost = { inc: () => undefined, reset: () => undefined };
    const { resumeAt } = resumeReading(store, ['windows'], { recordsLost }, () => undefined);
    expect(resumeAt('windows', 0, { startOffset: 3, endOffset: 9 })).toBe(3);
    expect(room.store.position('windows', 0)).toBeNull();
  });
});

test('a second trainer in the group is said once, and so is its end', async () => {
  const { lines, note } = notes();
  const partitions = [0, 1].map((partition) => ({ partition, startOffset: 0, endOffset: 0 }));
  const describeTopic: LogAdmin['describe'] = async (name) => ({ name, partitions, compacted: false, stamped: false });
  const admin: Partial<LogAdmin> = { describe: describeTopic };
  const members = watchMembers({ admin: admin as LogAdmin, groupId: 'g', topics: ['windows'], note });
  const holding = (...held: number[]) => ({
    assigned: held.map((partition) => ({ topic: 'windows', partition, next: 0, endOffset: 0 })),
  });
  expect(await members.isAlone(holding(0, 1))).toBe(true);
  expect(await members.isAlone(holding(0))).toBe(false);
  expect(await members.isAlone(holding(0))).toBe(false);
  expect(members.problem()).toMatch(/^another trainer reads as group g and has 1 partition: neither learns/);
  expect(await members.isAlone(holding(0, 1))).toBe(true);
  expect(members.problem()).toBeNull();
  expect(lines).toEqual([expect.stringMatching(/^error: another trainer/), 'info: this trainer is alone in its group again']);
});
