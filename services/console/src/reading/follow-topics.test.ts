// Where a topic is read from when it is met, met again, and met again as another one.
import { expect, test } from 'vitest';
import type { BatchHandler, LogRecord, ReaderOptions, Transport } from '@tocsin/transport';
import { followTopics } from './follow-topics.ts';

type Bounds = { startOffset: number; endOffset: number };

/** One partition whose log can be exchanged; `meet` is what happens at an assignment, as both transports do it. */
function oneLog(log: Bounds) {
  const seen: number[] = [];
  const times: number[] = [];
  let failures = 0;
  let committed: number | null = null;
  let next: number | null = null;
  let options: ReaderOptions = { groupId: '', topics: [] };
  let handle: BatchHandler = async () => undefined;

  async function meet(most = Infinity): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      const asked = options.resumeAt?.('windows', 0, log) ?? committed ?? log.startOffset;
      const from = asked >= log.startOffset && asked <= log.endOffset ? asked : log.startOffset;
      const to = Math.min(log.endOffset, from + most);
      const records = Array.from({ length: to - from }, (_, i) => recordAt(from + i));
      next = from;
      if (records.length === 0) return;
      try {
        await handle({ ...batch, records, endOffset: log.endOffset, resumedFrom: { offset: from, metadata: '' } });
        next = to;
        return;
      } catch {
        failures += 1;
      }
    }
  }
  const batch = {
    topic: 'windows',
    partition: 0,
    epoch: 1,
    isStale: () => false,
    heartbeat: async () => undefined,
    commit: async ({ offset }: { offset: number }) => void (committed = offset),
  };
  const transport: Pick<Transport, 'reader' | 'admin'> = {
    admin: () => ({
      ensureTopics: async () => undefined,
      describe: async (name) => ({ name, partitions: [{ partition: 0, ...log }], compacted: false, stamped: null }),
      committed: async () => [],
      hasMembers: async () => true,
      ping: async () => '',
    }),
    reader: (given) => {
      options = given;
      return {
        run: async (handler) => void (handle = handler),
        status: () => ({
          joined: true,
          assigned: [{ topic: 'windows', partition: 0, next, endOffset: log.endOffset }],
          rebalances: 0,
          resets: 0,
          stalledMs: 0,
          fatal: null,
        }),
        pause: () => undefined,
        resume: () => undefined,
        stop: async () => undefined,
      };
    },
  };
  return { seen, times, meet, transport, failures: () => failures, exchange: (other: Bounds) => (log = other) };
}

function recordAt(offset: number): LogRecord {
  const value = Buffer.from(String(offset));
  return { topic: 'windows', partition: 0, offset, timestampMs: 1000 * offset, key: null, value, headers: {} };
}

const nowMs = 1_000_000;

async function follow(log: ReturnType<typeof oneLog>, readBack: number) {
  const take = (value: Uint8Array, loggedMs: number) => {
    log.seen.push(Number(Buffer.from(value).toString()));
    log.times.push(loggedMs);
  };
  return followTopics(
    log.transport,
    'g',
    [{ topic: 'windows', readBack, take }],
    () => undefined,
    () => nowMs,
  );
}

test('not too far back, and on from there when it is assigned anew', async () => {
  const log = oneLog({ startOffset: 10, endOffset: 100 });
  await follow(log, 5);
  await log.meet();
  log.exchange({ startOffset: 10, endOffset: 103 });
  await log.meet();
  expect(log.seen).toEqual([95, 96, 97, 98, 99, 100, 101, 102]);
});

test.each([
  ['made anew, shorter', { startOffset: 0, endOffset: 3 }, [0, 1, 2]],
  ['made anew, empty', { startOffset: 0, endOffset: 0 }, []],
  ['trimmed by retention', { startOffset: 300, endOffset: 303 }, [300, 301, 302]],
])('a topic that was %s is read from what there is of it, without a failure', async (_, other, later) => {
  const log = oneLog({ startOffset: 0, endOffset: 100 });
  await follow(log, 50);
  await log.meet();
  expect(log.seen).toHaveLength(50);
  log.exchange(other);
  await log.meet();
  expect(log.seen.slice(50)).toEqual(later);
  expect(log.failures()).toBe(0);
});

test('what is logged ahead of time is taken for what is logged now', async () => {
  const log = oneLog({ startOffset: 998, endOffset: 1100 });
  await follow(log, 102);
  await log.meet();
  expect(log.times.slice(0, 3)).toEqual([998_000, 999_000, nowMs]);
  expect(Math.max(...log.times)).toBe(nowMs + 10_000);
});

test('how much of what lay there has been read; once it was all, it stays so', async () => {
  const log = oneLog({ startOffset: 0, endOffset: 100 });
  const following = await follow(log, 80);
  expect(following.readShare()).toBe(0);
  await log.meet(40);
  expect(following.readShare()).toBe(0.5);
  await log.meet(40);
  expect(following.readShare()).toBe(1);
  log.exchange({ startOffset: 0, endOffset: 200 });
  expect(following.readShare()).toBe(1);
});
