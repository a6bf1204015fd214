import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LogStore, openLogStore } from './log-store.ts';
import { openSharedLog } from './shared-log.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-log-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ timestampMs: from + i, key: null, value: null, headers: {} }));
const timesIn = (store: LogStore, offset: number, max = 10_000) =>
  store.read('t', 0, offset, max).map(({ timestampMs }) => timestampMs);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function openFresh(name: string, retain: number, compacted = false): LogStore {
  const store = openLogStore(join(root, name), retain);
  store.createTopics([{ name: 't', partitions: 2, compacted }]);
  return store;
}

test('what was appended is there after closing and opening again', async () => {
  const store = openFresh('reopen', 1_000);
  await store.append([
    { topic: 't', partition: 0, records: records(0, 3) },
    { topic: 't', partition: 1, records: records(0, 1) },
  ]);
  await store.commit('g', 't', 0, { offset: 2, metadata: 'note' });
  await store.close();
  const again = openFresh('reopen', 1_000);
  expect(timesIn(again, 0)).toEqual([0, 1, 2]);
  expect(again.position('g', 't', 0)).toEqual({ commit: { offset: 2, metadata: 'note' }, startOffset: 0, endOffset: 3 });
  expect(again.bounds('t', 1)).toEqual({ startOffset: 0, endOffset: 1 });
  await again.close();
});

describe('reading', () => {
  test('starts within a block and goes over several', async () => {
    const store = openFresh('blocks', 10_000);
    for (const from of [0, 5, 10]) await store.append([{ topic: 't', partition: 0, records: records(from, from + 5) }]);
    await store.append([{ topic: 't', partition: 1, records: records(100, 105) }]);
    for (const offset of range(0, 15)) expect(timesIn(store, offset)).toEqual(range(offset, 15));
    expect(timesIn(store, 3, 4)).toEqual([3, 4, 5, 6]);
    expect(timesIn(store, 15)).toEqual([]);
    await store.close();
  });
});

describe('retention', () => {
  // appended   0 …… 29 in blocks of 5, 12 retained:  start 18, within the block of 15..19
  test('keeps the newest records, to the record, and drops the blocks before them', async () => {
    const store = openFresh('retention', 12);
    for (const from of range(0, 6).map((n) => 5 * n)) {
      await store.append([{ topic: 't', partition: 0, records: records(from, from + 5) }]);
    }
    expect(store.bounds('t', 0)).toEqual({ startOffset: 18, endOffset: 30 });
    expect(timesIn(store, 18)).toEqual(range(18, 30));
    expect(timesIn(store, 0)[0]).toBe(15);
    expect(store.bounds('t', 1)).toEqual({ startOffset: 0, endOffset: 0 });
    await store.close();
  });

  test('does not touch compacted topics', async () => {
    const store = openFresh('compacted', 2, true);
    await store.append([{ topic: 't', partition: 0, records: records(0, 9) }]);
    expect(store.bounds('t', 0).startOffset).toBe(0);
    await store.close();
  });
});

test('two openings append without losing or mixing anything', async () => {
  const [a, b] = [openFresh('two', 10_000), openFresh('two', 10_000)];
  const appendTo = async (store: LogStore, first: number) => {
    for (const n of range(0, 50))
      await store.append([{ topic: 't', partition: 0, records: records(first + 2 * n, first + 2 * n + 2) }]);
  };
  await Promise.all([appendTo(a, 0), appendTo(b, 1_000)]);
  a.refresh();
  const times = timesIn(a, 0);
  expect(times.filter((time) => time < 1_000)).toEqual(range(0, 100));
  expect(times.filter((time) => time >= 1_000)).toEqual(range(1_000, 1_100));
  await a.close();
  await b.close();
});

test('a place that cannot be a directory is an error of storage that names it', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => openSharedLog(file, 1)).toThrow(expect.objectContaining({ code: 'storage', isRetriable: true }));
  expect(() => openSharedLog(file, 1)).toThrow(/tocsin-log-store-.*file/);
});
