import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert, Label, ScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeRecords } from '../intake/decode-records.ts';
import { alertOf, labelOf, over, recordsOf, scored } from '../scored-windows.fixture.ts';
import { openEpisodeStore, type EpisodeStore, type EpisodeStoreOptions } from './episode-store.ts';

let directory: string;
let store: EpisodeStore;
let notes: string[];
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'tocsin-episodes-')), 'store');
  notes = [];
  store = opened();
});
afterEach(async () => {
  await store.close();
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

function opened(rest: Partial<EpisodeStoreOptions> = {}): EpisodeStore {
  return openEpisodeStore({
    directory,
    maxBytes: 100_000_000,
    windowsPerDevice: 32,
    seed: 5,
    layouts: [{ deviceClass: 'pump', specHash: 'spec' }],
    windowsTopic: 'windows',
    minWindows: 3,
    note: (level, message) => void notes.push(`${level}: ${message}`),
    now: () => 7,
    ...rest,
  });
}
async function reopen(rest: Partial<EpisodeStoreOptions> = {}): Promise<void> {
  await store.close();
  store = opened(rest);
}

const topics = { windows: 'windows', alerts: 'alerts', labels: 'labels' };
const classes = { layoutOf: (name: string) => (name === 'pump' ? { specHash: 'spec', d: 1 } : null), versionOf: () => 0 };
/** What came of each window of these records; a text where nothing was stored. */
function take(records: readonly LogRecord[]) {
  const [{ topic, partition }] = records;
  const result = store.take({ topic, partition, records, items: decodeRecords(records, topics, classes).items });
  return result.outcome === 'replaced' ? result.outcome : result.windows.map(({ taken }) => taken);
}
const takeWindows = (windows: readonly ScoredWindow[], from = 0) => take(recordsOf('windows', windows, from));
const range = (from: number, to: number, rest: Partial<ScoredWindow> = {}) =>
  Array.from({ length: to - from }, (_, i) => scored(from + i, rest));
const choice = { specHash: 'spec', windowsMin: 1, devicesMax: 100, seed: 1 };
const load = (rest: Partial<typeof choice> = {}) => store.load('pump', { ...choice, ...rest });
/** Numbers of the windows that a device would learn from, with what was said of them. */
const kept = (deviceId = 'p1') =>
  load()
    .devices.find((device) => device.deviceId === deviceId)
    ?.windows.map(({ features: [at], verdict }) => `${at}${verdict ?? ''}`);

describe('what is taken in', () => {
  test('is there again after a restart, and where reading had got to', async () => {
    expect(takeWindows([scored(0), scored(1), scored(1), scored(2, { deviceId: 'p2' })])).toEqual([
      'taken',
      'taken',
      'repeated',
      'taken',
    ]);
    const before = load();
    await reopen();
    expect(load()).toEqual(before);
    expect(kept()).toEqual(['0', '1']);
    expect(store.position('windows', 0)).toMatchObject({ next: 4, last: { offset: 3, timestampMs: 1003 } });
    expect(store.position('windows', 1)).toBeNull();
    expect(store.classOf('pump')).toEqual({ devices: 2, freshWindows: 3, freshLabels: 0, triedAtMs: null, ready: 0 });
  });

  test('keeps every bit of a feature, id and time', () => {
    const features = Float32Array.of(-0.1);
    const window = scored(3, { windowId: '0123456789abcdef01234567', startMs: 1e12 + 1 / 3, endMs: 1e12 + 500.7, features });
    takeWindows([window]);
    const { windowId, startMs, endMs } = window;
    expect(load().devices[0].windows).toEqual([{ windowId, startMs, endMs, features, inRun: false, verdict: null }]);
  });

  test('twice counts once, also where batches overlap', () => {
    takeWindows(range(0, 4));
    expect(takeWindows(range(0, 4))).toEqual([]);
    expect(take(recordsOf('windows', range(0, 6)))).toEqual(['taken', 'taken']);
    expect(store.classOf('pump')).toMatchObject({ freshWindows: 6 });
    expect(kept()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  test('is all of a batch and its position, or nothing', () => {
    takeWindows(range(0, 2));
    const before = load();
    const records = recordsOf('windows', range(2, 40), 2);
    const { items } = decodeRecords(records, topics, classes);
    const broken: ScoredWindow = { ...scored(99), windowId: undefined as never };
    const bad = [...items, { offset: 39, item: { kind: 'window' as const, window: broken, d: 1, isNew: true } }];
    expect(() => store.take({ topic: 'windows', partition: 0, records, items: bad })).toThrow(/episode store/);
    expect(load()).toEqual(before);
    expect(store.position('windows', 0)?.next).toBe(2);
    expect(take(records)).toHaveLength(38);
  });

  test('knows which windows were suspicious in a row, over the edge of a batch, too', () => {
    const low = [1, 3, 4].map((at) => scored(at, { pValue: 1e-5 }));
    takeWindows([scored(0), low[0], scored(2), low[1]]);
    takeWindows([low[2], scored(5)], 4);
    expect(
      load()
        .devices[0].windows.filter(({ inRun }) => inRun)
        .map(({ features: [at] }) => at),
    ).toEqual([3, 4]);
  });

  test('of an amended window is its highest revision, in the place of the first', () => {
    const revised = (revision: number, value: number) => scored(1, { revision, features: Float32Array.of(value) });
    takeWindows(range(0, 30));
    expect(takeWindows([revised(2, 222), revised(1, 111), scored(1)], 30)).toEqual(['amended', 'repeated', 'repeated']);
    expect(kept()?.slice(0, 3)).toEqual(['0', '222', '2']);
    expect(takeWindows([scored(-1, { revision: 1 })], 33)).toEqual(['repeated']);
  });

  test('begins anew where the features of a class are others', () => {
    takeWindows(range(0, 5));
    const layout = { layoutOf: () => ({ specHash: 'new', d: 2 }), versionOf: () => 0 };
    const records = recordsOf('windows', [scored(5, { specHash: 'new', features: new Float32Array(2) })], 5);
    store.take({ topic: 'windows', partition: 0, records, items: decodeRecords(records, topics, layout).items });
    expect(load().devices).toEqual([]);
    expect(load({ specHash: 'new' }).devices.map(({ windows }) => windows.length)).toEqual([1]);
  });
});

describe('what operators say', () => {
  const say = (...said: (Alert | Label)[]) =>
    said.forEach((item, at) => take(recordsOf('labelId' in item ? 'labels' : 'alerts', [item], at)));

  test('holds for windows that come before and after it, and is news', () => {
    takeWindows(range(0, 4));
    say(alertOf(), labelOf());
    takeWindows(range(4, 6), 4);
    expect(kept()).toEqual(['0', '1', '2real', '3real', '4real', '5']);
    expect(store.classOf('pump')).toMatchObject({ freshLabels: 1 });
  });

  test('keeps a window that was over the threshold, and brings it back into what is learned from', () => {
    takeWindows(range(0, 400).map((window, at) => (at === 100 || at === 300 ? { ...window, ...over } : window)));
    expect(kept()).not.toContain('300');
    say(labelOf({ subjectId: 'w300' }));
    expect(kept()).toContain('300real');
    // Later ones over the threshold push each other out; what was judged stays.
    takeWindows(
      range(400, 2000).map((window, at) => (at % 5 === 0 ? { ...window, ...over } : window)),
      400,
    );
    expect(kept()).toContain('300real');
  });
});

describe('room', () => {
  const many = (devices: number, windows: number) =>
    Array.from({ length: windows }, (_, at) =>
      Array.from({ length: devices }, (_d, i) => scored(at, { deviceId: `d${i}` })),
    ).flat();

  test('of one device is bounded', () => {
    takeWindows(range(0, 5000));
    const windows = kept()?.length ?? 0;
    expect(windows).toBeGreaterThan(20);
    // Windows of one feature come in chunks of more than a hundred.
    expect(windows).toBeLessThanOrEqual(104);
  });

  test('is shared by all: more devices have fewer windows each, and one too many is refused', async () => {
    // 39 bytes a window: 104 to a page, of which a device takes one at least.
    await reopen({ maxBytes: 100 * 4_700, windowsPerDevice: 416 });
    takeWindows(many(20, 500));
    const each = () => load().devices.map(({ windows }) => windows.length);
    expect(Math.max(...each())).toBeGreaterThan(104);
    const { bytes } = store.summary();
    const crowd = takeWindows(
      many(120, 1).map((window) => ({ ...window, deviceId: `n${window.deviceId}` })),
      10_000,
    );
    expect(crowd).toContain('taken');
    expect(crowd).toContain('crowded');
    for (let from = 20_000; from < 20_400; from += 10) takeWindows(range(600, 601, { deviceId: 'nd0' }), from);
    expect(Math.max(...each())).toBeLessThanOrEqual(104);
    expect(store.summary().devices).toBeLessThan(101);
    expect(store.summary().bytes).toBeLessThan(Math.max(bytes, 100 * 4_700));
  });

  test('is made where a device has been silent for more than a week of log time', async () => {
    await reopen({ maxBytes: 5 * 4_960 });
    const week = 8 * 86_400_000;
    const at = (records: LogRecord[], timestampMs: number) => records.map((record) => ({ ...record, timestampMs }));
    take(at(recordsOf('windows', many(5, 3)), 0));
    expect(take(at(recordsOf('windows', [scored(0, { deviceId: 'x' })], 15), 1))).toEqual(['crowded']);
    take(at(recordsOf('windows', [scored(3, { deviceId: 'd0' })], 16), week));
    expect(take(at(recordsOf('windows', [scored(0, { deviceId: 'x' })], 17), week))).toEqual(['taken']);
    expect(load().devices.map(({ deviceId }) => deviceId)).toEqual(['d0', 'x']);
  });
});

describe('what a meta-update loads', () => {
  test('is drawn by seed where there are too many devices, with those that have labels', () => {
    takeWindows(Array.from({ length: 40 }, (_, i) => scored(0, { deviceId: `d${i}` })));
    take(recordsOf('labels', [labelOf({ deviceId: 'd7' })]));
    const ids = (seed: number) => load({ devicesMax: 8, seed }).devices.map(({ deviceId }) => deviceId);
    expect(ids(1)).toHaveLength(8);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
    for (const seed of [1, 2, 3]) expect(ids(seed)).toContain('d7');
  });

  test('says what it was', () => {
    takeWindows(range(0, 3));
    const { learnedFrom } = load();
    expect(learnedFrom).toMatchObject({ devices: 1, windows: 3, seed: 1, storeSeed: 5 });
    expect(learnedFrom.positions).toEqual([{ topic: 'windows', partition: 0, offset: 3 }]);
    take(recordsOf('labels', [labelOf({ subjectId: 'w1' })]));
    expect(load().learnedFrom.digest).not.toBe(learnedFrom.digest);
  });

  test('is equal for two stores that were fed alike, in whatever batches', async () => {
    const records = recordsOf('windows', range(0, 300));
    take(records);
    const whole = load();
    await store.close();
    rmSync(directory, { recursive: true });
    store = opened();
    for (let from = 0; from < 300; from += 7) take(records.slice(from, from + 7));
    expect(load()).toEqual(whole);
  });
});

describe('another log', () => {
  test('with other records where we were is noticed, and read from its start; known windows count once', () => {
    takeWindows(range(0, 4));
    const [first, ...rest] = recordsOf('windows', range(10, 20));
    expect(take([first, ...rest].slice(3))).toBe('replaced');
    expect(store.position('windows', 0)).toBeNull();
    take([first, ...rest]);
    expect(take(recordsOf('windows', range(0, 4), 10))).toEqual(['repeated', 'repeated', 'repeated', 'repeated']);
    expect(kept()).toHaveLength(14);
  });

  test('a class that is new makes the topic be read again', async () => {
    takeWindows(range(0, 4));
    await reopen({ layouts: [{ deviceClass: 'pump', specHash: 'spec' }] });
    expect(store.position('windows', 0)?.next).toBe(4);
    await reopen({ layouts: [{ deviceClass: 'fan', specHash: 'other' }] });
    expect(store.position('windows', 0)).toBeNull();
    expect(kept()).toHaveLength(4);
  });
});

describe('a broken store', () => {
  const expectAnew = () => {
    expect(notes).toEqual(['error: the episode store is broken: it was put aside and is made anew from the log']);
    expect(existsSync(`${directory}.broken`)).toBe(true);
    expect(store.position('windows', 0)).toBeNull();
    expect(takeWindows(range(0, 2))).toEqual(['taken', 'taken']);
  };

  test('that is no store any more is put aside when it is opened', async () => {
    takeWindows(range(0, 4));
    await store.close();
    writeFileSync(join(directory, 'data.mdb'), Buffer.alloc(40_000, 7));
    store = opened();
    expectAnew();
  });

  test('of another version is put aside', async () => {
    await store.close();
    const env = open({ path: directory, maxDbs: 8, noSubdir: false });
    env.openDB({ name: 'header', encoding: 'json' }).putSync('-', { version: 99 });
    await env.close();
    store = opened();
    expectAnew();
  });

  test('is noticed by the sums of its chunks, and made anew', async () => {
    takeWindows(range(0, 4));
    await store.close();
    const env = open({ path: directory, maxDbs: 8, noSubdir: false });
    const chunks = env.openDB<Buffer, number>({ name: 'chunks', encoding: 'binary' });
    const [{ key, value }] = [...chunks.getRange({})];
    value[60] ^= 1;
    chunks.putSync(key, value);
    await env.close();
    store = opened();
    expect(() => load()).toThrow(/not what was written/);
    expect(() => takeWindows(range(4, 5), 4)).toThrow(/not what was written/);
    expect(await store.startAnew()).toBe(`${directory}.broken`);
    expect(takeWindows(range(0, 2))).toEqual(['taken', 'taken']);
  });

  test('cut short is made anew', async () => {
    takeWindows(range(0, 4));
    await store.close();
    truncateSync(join(directory, 'data.mdb'), 5000);
    store = opened();
    expectAnew();
  });
});
