import { rmSync } from 'node:fs';
import type { Alert, Label, ScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { describe, expect, test } from 'vitest';
import { decodeRecords } from '../intake/decode-records.ts';
import { alertOf, labelOf, over, recordsOf, scored } from '../scored-windows.fixture.ts';
import { range, topics, useStoreRoom } from './store-room.fixture.ts';

const room = useStoreRoom();
const { take, takeWindows, load, kept } = room;
const classes = { layoutOf: () => ({ specHash: 'spec', d: 1 }), versionOf: () => 0 };

describe('what is taken in', () => {
  test('is there again after a restart, and where reading had got to', async () => {
    expect(takeWindows([scored(0), scored(1), scored(1), scored(2, { deviceId: 'p2' })])).toEqual([
      'taken',
      'taken',
      'repeated',
      'taken',
    ]);
    const before = load();
    await room.reopen();
    expect(load()).toEqual(before);
    expect(kept()).toEqual(['0', '1']);
    expect(room.store.position('windows', 0)).toMatchObject({ next: 4, last: { offset: 3, timestampMs: 1003 } });
    expect(room.store.position('windows', 1)).toBeNull();
    expect(room.store.classOf('pump')).toEqual({ devices: 2, freshWindows: 3, freshLabels: 0, triedAtMs: null, ready: 0 });
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
    expect(room.store.classOf('pump')).toMatchObject({ freshWindows: 6 });
    expect(kept()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  test('is all of a batch and its position, or nothing', () => {
    takeWindows(range(0, 2));
    const before = load();
    const records = recordsOf('windows', range(2, 40), 2);
    const { items } = decodeRecords(records, topics, classes);
    const broken: ScoredWindow = { ...scored(99), windowId: undefined as never };
    const bad = [...items, { offset: 39, item: { kind: 'window' as const, window: broken, d: 1, isNew: true } }];
    expect(() => room.store.take({ topic: 'windows', partition: 0, records, items: bad })).toThrow(/episode store/);
    expect(load()).toEqual(before);
    expect(room.store.position('windows', 0)?.next).toBe(2);
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
    room.store.take({ topic: 'windows', partition: 0, records, items: decodeRecords(records, topics, layout).items });
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
    expect(room.store.classOf('pump')).toMatchObject({ freshLabels: 1 });
    const others = (['maintenance', 'unsure', 'rollback'] as const).map((verdict) => labelOf({ subjectId: 'p1', verdict }));
    take(recordsOf('labels', others, 5));
    expect(room.store.classOf('pump')).toMatchObject({ freshLabels: 1 });
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
    await room.reopen({ maxBytes: 100 * 4_700, windowsPerDevice: 416 });
    takeWindows(many(20, 500));
    const each = () => load().devices.map(({ windows }) => windows.length);
    expect(Math.max(...each())).toBeGreaterThan(104);
    const { bytes } = room.store.summary();
    const crowd = takeWindows(
      many(120, 1).map((window) => ({ ...window, deviceId: `n${window.deviceId}` })),
      10_000,
    );
    expect(crowd).toContain('taken');
    expect(crowd).toContain('crowded');
    for (let from = 20_000; from < 20_400; from += 10) takeWindows(range(600, 601, { deviceId: 'nd0' }), from);
    expect(Math.max(...each())).toBeLessThanOrEqual(104);
    expect(room.store.summary().devices).toBeLessThan(101);
    expect(room.store.summary().bytes).toBeLessThan(Math.max(bytes, 100 * 4_700));
  });

  test('is made where a device has been silent for more than a week of log time', async () => {
    await room.reopen({ maxBytes: 5 * 4_960 });
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
    await room.store.close();
    rmSync(room.directory, { recursive: true });
    room.store = room.open();
    for (let from = 0; from < 300; from += 7) take(records.slice(from, from + 7));
    expect(load()).toEqual(whole);
  });
});
