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
  undone: nothing,
  closingHeld: nothing,
  windowsSent: nothing,
  alertsSent: nothing,
  deviceCache: nothing,
  deviceLoaded: nothing,
  adapted: nothing,
  label: nothing,
  adoption: nothing,
  bundleGone: nothing,
  conflicts: nothing,
  overtakenAgain: nothing,
  timed: (_, work) => work(),
  timedAsync: (_, work) => work(),
};
const topics = { windows: 'w', alerts: 'a', deadLetter: 'd' };
const away = Object.assign(new Error('away'), { isRetriable: true });

type Setting = {
  /** The partition is lost during this call. */
  lostAt?: number;
  sendFailsOnce?: boolean;
  records?: number;
  /** Milliseconds that pass with every look at the clock. */
  stepMs?: number;
  every?: BatchParts['every'];
  onStore?: () => Promise<void>;
};

/** What is done about a batch of bad records. */
async function callsOf({ lostAt = Infinity, sendFailsOnce = false, records = 1, stepMs = 0, ...own }: Setting = {}) {
  const calls: string[] = [];
  let sends = sendFailsOnce ? 1 : 0;
  let nowMs = 1;
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
    foldLabels: () => (called('fold'), 0),
    storeDevices: async () => {
      called('store');
      await own.onStore?.();
    },
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
    noteConflict: nothing,
    sliceRecords: 10,
    walkMaxMs: 1000,
    every: own.every ?? (() => nothing),
    commitEveryMs: 0,
    devicesMax: 10,
    classes: 0,
    sweepMs: 1000,
    wait: { now: () => (nowMs += stepMs), sleep: async () => called('sleep'), giveUpMs: 1000 },
    onWaiting: nothing,
  };
  const blank = { topic: 't', partition: 0, timestampMs: 0, key: null, value: null, headers: {} };
  const batch: RecordBatch = {
    topic: 't',
    partition: 0,
    records: Array.from({ length: records }, (_, i) => ({ ...blank, offset: 5 + i })),
    endOffset: 5 + records,
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
  expect(await callsOf()).toEqual(all);
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
  expect(await callsOf({ lostAt })).toEqual(all.slice(0, lostAt));
});

test('lost while it waits for the world to come back: the group is asked right before the call is made again', async () => {
  const calls = await callsOf({ lostAt: 10, sendFailsOnce: true });
  expect(calls.slice(7)).toEqual(['send', 'sleep', 'heartbeat']);
});

test('a store that hangs is waited for with a heartbeat at every tick', async () => {
  const ticking = new Set<() => void>();
  const every: BatchParts['every'] = (_, work) => {
    ticking.add(work);
    return () => void ticking.delete(work);
  };
  const tick = async () => {
    ticking.forEach((work) => work());
    await new Promise((resolve) => setImmediate(resolve));
  };
  const calls = await callsOf({ every, onStore: async () => (await tick(), tick()) });
  expect(calls.slice(5, 8)).toEqual(['store', 'heartbeat', 'heartbeat']);
  expect(ticking.size).toBe(0);
});

test('a clock that is set back keeps nobody from committing', async () => {
  const calls = await callsOf({ records: 25, stepMs: -1_000_000 });
  expect(calls.filter((call) => call === 'commit')).toHaveLength(3);
});

test('the group hears of a long walk in between: it ends after the record at which its time is over', async () => {
  const calls = await callsOf({ records: 5, stepMs: 400 });
  expect(calls.filter((call) => call === 'send' || call === 'commit')).toEqual(['send', 'commit', 'send', 'commit']);
});
