// What a batch still does once its partition is somebody else's: nothing, at whatever moment that is learned.
import type { RecordBatch } from '@tocsin/transport';
import { expect, test } from 'vitest';
import type { Meter } from './meter.ts';
import { createBatchHandler, type BatchParts } from './process-batch.ts';

const nothing = () => undefined;
const silent: Meter = {
  record: nothing,
  rejected: nothing,
  samples: nothing,
  setBack: nothing,
  window: nothing,
  confidence: nothing,
  untaught: nothing,
  block: nothing,
  alertsSent: nothing,
  deviceCache: nothing,
  deviceLoaded: nothing,
  adapted: nothing,
  label: nothing,
  adoption: nothing,
  bundleGone: nothing,
  conflicts: nothing,
  timed: (_, work) => work(),
  timedAsync: (_, work) => work(),
};
const topics = { windows: 'w', alerts: 'a', deadLetter: 'd' };
const away = Object.assign(new Error('away'), { isRetriable: true });

/** What is done about a batch of one bad record, when the partition is lost during call number `lostAt`; sends may fail once. */
async function callsOf(lostAt: number, failsOnce = false): Promise<string[]> {
  const calls: string[] = [];
  let sends = failsOnce ? 1 : 0;
  const called = (name: string) => void calls.push(name);
  const parts: BatchParts = {
    pipeline: {
      decode: () => (called('decode'), { rejection: { reason: 'empty_record', message: '' } }),
      walk: nothing,
      sweep: nothing,
    },
    schemas: null,
    loadDevices: async () => called('load'),
    settleBundles: async () => (called('settle'), 1),
    foldLabels: () => (called('fold'), { changed: 0, alerts: [] }),
    storeDevices: async () => called('store'),
    writer: {
      async send() {
        called('send');
        if (sends-- > 0) throw away;
      },
      close: async () => undefined,
    },
    topics,
    meter: silent,
    noteRejection: nothing,
    noteLate: nothing,
    sliceRecords: 10,
    commitEveryMs: 0,
    devicesMax: 10,
    sweepMs: 1000,
    wait: { now: () => 1, sleep: async () => called('sleep'), giveUpMs: 1000 },
    onWaiting: nothing,
  };
  const record = { topic: 't', partition: 0, offset: 5, timestampMs: 0, key: null, value: null, headers: {} };
  const batch: RecordBatch = {
    topic: 't',
    partition: 0,
    records: [record],
    endOffset: 6,
    epoch: 1,
    resumedFrom: { offset: 5, metadata: '' },
    isStale: () => calls.length >= lostAt,
    heartbeat: async () => called('heartbeat'),
    commit: async () => void (calls.length < lostAt && called('commit')),
  };
  await createBatchHandler(parts)(batch);
  return calls;
}

const all = ['heartbeat', 'decode', 'load', 'settle', 'fold', 'store', 'heartbeat', 'send', 'store', 'heartbeat', 'commit'];

test('a batch in full: asks whether it is ours, stores what it scores under, asks again, sends, stores, commits', async () => {
  expect(await callsOf(Infinity)).toEqual(all);
});

test.each([
  ['before it is begun', 1],
  ['while devices are loaded', 3],
  ['while bundles are loaded', 4],
  ['while the bundle is stored', 6],
  ['and the group says so before anything is sent', 7],
  ['while it sends', 8],
  ['while it stores', 9],
])('lost %s', async (_, lostAt) => {
  expect(await callsOf(lostAt)).toEqual(all.slice(0, lostAt));
});

test('lost while it waits for the world to come back', async () => {
  const calls = await callsOf(10, true);
  expect(calls.slice(7)).toEqual(['send', 'heartbeat', 'sleep']);
});
