import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { describe, expect, test } from 'vitest';
import { recordsOf } from '../scored-windows.fixture.ts';
import { range, useStoreRoom } from './store-room.fixture.ts';

const room = useStoreRoom();
const { take, takeWindows, load, kept } = room;

describe('another log', () => {
  test('with other records where we were is noticed, and read from its start; known windows count once', () => {
    takeWindows(range(0, 4));
    const [first, ...rest] = recordsOf('windows', range(10, 20));
    expect(take([first, ...rest].slice(3))).toBe('replaced');
    expect(room.store.position('windows', 0)).toBeNull();
    take([first, ...rest]);
    expect(take(recordsOf('windows', range(0, 4), 10))).toEqual(['repeated', 'repeated', 'repeated', 'repeated']);
    expect(kept()).toHaveLength(14);
  });

  test('a class that is new makes the topic be read again', async () => {
    takeWindows(range(0, 4));
    await room.reopen({ layouts: [{ deviceClass: 'pump', specHash: 'spec' }] });
    expect(room.store.position('windows', 0)?.next).toBe(4);
    await room.reopen({ layouts: [{ deviceClass: 'fan', specHash: 'other' }] });
    expect(room.store.position('windows', 0)).toBeNull();
    expect(kept()).toHaveLength(4);
  });
});

describe('a broken store', () => {
  const expectAnew = () => {
    expect(room.notes).toEqual(['error: the episode store is broken: it was put aside and is made anew from the log']);
    expect(existsSync(`${room.directory}.broken`)).toBe(true);
    expect(room.store.position('windows', 0)).toBeNull();
    expect(takeWindows(range(0, 2))).toEqual(['taken', 'taken']);
  };

  test('that is no store any more is put aside when it is opened', async () => {
    takeWindows(range(0, 4));
    await room.store.close();
    writeFileSync(join(room.directory, 'data.mdb'), Buffer.alloc(40_000, 7));
    room.store = room.open();
    expectAnew();
  });

  test('of another version is put aside', async () => {
    await room.store.close();
    const env = open({ path: room.directory, maxDbs: 8, noSubdir: false });
    env.openDB({ name: 'header', encoding: 'json' }).putSync('-', { version: 99 });
    await env.close();
    room.store = room.open();
    expectAnew();
  });

  test('is noticed by the sums of its chunks, and made anew', async () => {
    takeWindows(range(0, 4));
    await room.store.close();
    const env = open({ path: room.directory, maxDbs: 8, noSubdir: false });
    const chunks = env.openDB<Buffer, number>({ name: 'chunks', encoding: 'binary' });
    const [{ key, value }] = [...chunks.getRange({})];
    value[60] ^= 1;
    chunks.putSync(key, value);
    await env.close();
    room.store = room.open();
    expect(() => load()).toThrow(/not what was written/);
    expect(() => takeWindows(range(4, 5), 4)).toThrow(/not what was written/);
    expect(await room.store.startAnew()).toBe(`${room.directory}.broken`);
    expect(takeWindows(range(0, 2))).toEqual(['taken', 'taken']);
  });

  test('cut short is made anew', async () => {
    takeWindows(range(0, 4));
    await room.store.close();
    truncateSync(join(room.directory, 'data.mdb'), 5000);
    room.store = room.open();
    expectAnew();
  });
});
