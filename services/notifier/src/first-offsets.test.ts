// Where a consumer group begins: nothing that is said after it was first started is passed over, and nothing before is told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import type { LogAdmin } from '@tocsin/transport';
import { firstOffsets, isOfGroup } from './first-offsets.ts';

let directory: string;
let state: StateStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  state = createEmbeddedState({ directory });
});
afterEach(async () => {
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A topic with so many records in each partition, and what the group has committed there. */
const firstOf = (ends: readonly number[], commits: readonly (number | null)[] = ends.map(() => null)) => {
  const admin: Pick<LogAdmin, 'describe' | 'committed'> = {
    describe: async (name) => ({
      name,
      partitions: ends.map((endOffset, partition) => ({ partition, startOffset: 0, endOffset })),
      compacted: null,
      stamped: null,
    }),
    committed: async () =>
      commits.map((offset, partition) => ({ partition, commit: offset === null ? null : { offset, metadata: '' } })),
  };
  return firstOffsets({ admin, state }, 'notifier', 'alerts');
};

test('a new group begins where the log ends, and what comes later is its own, in whatever partition', async () => {
  const first = await firstOf([0, 7]);
  expect(first).toEqual({ 0: 0, 1: 7 });
  // Partition 0 is still without a commit when the group comes back, and has a record; partition 2 was added.
  const later = await firstOf([1, 9, 4]);
  const isOurs = (partition: number, offset: number, endOffset = 9) => isOfGroup(later, { partition, endOffset }, offset);
  expect([isOurs(0, 0), isOurs(1, 6), isOurs(1, 7), isOurs(2, 0)]).toEqual([true, false, true, true]);
  // A topic that was made anew ends before the group began.
  expect(isOurs(1, 0, 3)).toBe(true);
});

test('a group that has been here passes over nothing, should the store have forgotten', async () => {
  expect(await firstOf([5, 7], [null, 3])).toEqual({});
});
