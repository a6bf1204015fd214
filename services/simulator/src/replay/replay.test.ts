import type { OutgoingRecord } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { replay, type ReplayOptions, type ReplayProgress } from './replay.ts';
import type { ReplaySource, TimedRecord } from './timed-record.ts';

/** A source with one record at each of the given times, called `name@time`; tells when it has been closed. */
function source(name: string, times: readonly number[], closed: string[] = []): ReplaySource {
  async function* records(): AsyncGenerator<TimedRecord> {
    try {
      for (const dueMs of times) yield { dueMs, record: { topic: 't', key: `${name}@${dueMs}`, value: new Uint8Array(4) } };
    } finally {
      closed.push(name);
    }
  }
  return { firstMs: times[0], lastMs: times.at(-1) ?? times[0], records: records() };
}

/** A clock that only moves when somebody sleeps, and a log of `wall time: keys` per batch. */
function stage({ sendMs = 0 } = {}): { log: string[]; parts: Pick<ReplayOptions, 'now' | 'sleep' | 'send'> } {
  let wallMs = 1_000_000;
  const log: string[] = [];
  const parts = {
    now: () => wallMs,
    sleep: async (ms: number) => void (wallMs += ms),
    send: async (records: readonly OutgoingRecord[]) => {
      log.push(`${wallMs - 1_000_000}: ${records.map(({ key }) => String(key)).join(' ')}`);
      wallMs += sendMs;
    },
  };
  return { log, parts };
}

//  event    0    100   200   300   400        speed 2
//  a        *          *           *
//  b             *     *
//  wall     0    50    100         200
test('records of all sources in the order of their time, each when its time has come', async () => {
  const { log, parts } = stage();
  const progress = await replay({ sources: [source('a', [0, 200, 400]), source('b', [100, 200])], pace: { speed: 2 }, ...parts });
  expect(log).toEqual(['0: a@0', '50: b@100', '100: a@200 b@200', '200: a@400']);
  expect(progress).toEqual({ records: 5, eventMs: 400, behindMs: 0 });
});

test('a duration sets the speed', async () => {
  const { log, parts } = stage();
  await replay({ sources: [source('a', [5000, 6000, 7000])], pace: { durationMs: 100 }, ...parts });
  expect(log).toEqual(['0: a@5000', '50: a@6000', '100: a@7000']);
});

test('as fast as possible: full batches, no waiting', async () => {
  const { log, parts } = stage();
  const times = Array.from({ length: 1200 }, (_, i) => i * 1000);
  await replay({ sources: [source('a', times)], pace: { speed: Number.POSITIVE_INFINITY }, ...parts });
  expect(log.map((line) => [line.split(':')[0], line.split(' ').length - 1])).toEqual([
    ['0', 500],
    ['0', 500],
    ['0', 200],
  ]);
});

test('a slow sender falls behind, says so, and catches up in larger batches', async () => {
  const { log, parts } = stage({ sendMs: 250 });
  const seen: ReplayProgress[] = [];
  await replay({
    sources: [source('a', [0, 100, 200, 300, 400])],
    pace: { speed: 1 },
    ...parts,
    onSent: (progress) => seen.push(progress),
  });
  expect(log).toEqual(['0: a@0', '250: a@100 a@200', '500: a@300 a@400']);
  expect(seen.map(({ records, behindMs }) => [records, behindMs])).toEqual([
    [1, 250],
    [3, 300],
    [5, 350],
  ]);
});

test('an abort ends it between batches and closes the sources', async () => {
  const { log, parts } = stage();
  const stopping = new AbortController();
  const closed: string[] = [];
  const sleep = async (ms: number): Promise<void> => {
    await parts.sleep(ms);
    if (log.length === 2) stopping.abort();
  };
  const sources = [source('a', [0, 1000, 2000], closed), source('b', [0, 3000], closed)];
  const { records } = await replay({ sources, pace: { speed: 1 }, ...parts, sleep, signal: stopping.signal });
  expect(log).toEqual(['0: a@0 b@0', '1000: a@1000']);
  expect(records).toBe(3);
  expect(closed).toEqual(['a', 'b']);
});

test('a failing sender ends it and closes the sources', async () => {
  const closed: string[] = [];
  const send = (): Promise<void> => Promise.reject(new Error('no broker'));
  const running = replay({ sources: [source('a', [0, 100], closed)], pace: { speed: 1 }, ...stage().parts, send });
  await expect(running).rejects.toThrow('no broker');
  expect(closed).toEqual(['a']);
});

test('no sources, no records', async () => {
  expect((await replay({ sources: [], pace: { durationMs: 100 }, ...stage().parts })).records).toBe(0);
});

test('a pace that cannot be kept is refused', async () => {
  const { parts } = stage();
  const endless = { ...source('a', [0]), lastMs: Number.POSITIVE_INFINITY };
  await expect(replay({ sources: [endless], pace: { durationMs: 100 }, ...parts })).rejects.toThrow('a source has no end');
  await expect(replay({ sources: [endless], pace: { speed: 0 }, ...parts })).rejects.toThrow(
    'speed 0: expected a positive number',
  );
});
