// A scan sees every record once and ends, whatever the reader under it does.
//
//   partition   0   letters 0 1 2 3 4 5 6 7 8 9     and then one more, which came later
//               1   (empty)
//               2   mark, rubbish
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeDeadLetter, encodeRedrive } from '@tocsin/schemas';
import { createEmbeddedTransport, type BatchHandler, type LogReader, type TopicInfo, type Transport } from '@tocsin/transport';
import { scanLetters, type Entry, type ScanOptions } from './scan-letters.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-scan-'));
const topic = 'dead';
let transport: Transport;
let info: TopicInfo;

beforeAll(async () => {
  transport = createEmbeddedTransport({ directory });
  await transport.admin().ensureTopics([{ name: topic, partitions: 3 }]);
  const place = { topic, partition: 2, key: null };
  await transport
    .writer()
    .send([
      ...Array.from({ length: 10 }, (_, offset) => letter(offset)),
      { ...place, value: encodeRedrive({ id: 't:0:3', atMs: 1, who: 'Ada' }) },
      { ...place, value: Uint8Array.of(1) },
    ]);
  info = (await transport.admin().describe(topic))!;
  await transport.writer().send([letter(10)]);
});
afterAll(async () => {
  await transport.close();
  rmSync(directory, { recursive: true });
});

function letter(offset: number) {
  const id = `t:0:${offset}`;
  const rest = {
    stage: 'decode',
    reason: 'broken_avro' as const,
    error: 'why',
    topic: 't',
    partition: 0,
    offset,
    timestampMs: 0,
  };
  return { topic, partition: 0, key: null, value: encodeDeadLetter({ id, ...rest, key: null, value: null, headers: {} }) };
}

const nameOf = (entry: Entry): string => {
  if (entry.kind === 'letter') return entry.letter.id;
  return entry.kind === 'redrive' ? `mark ${entry.redrive.id}` : entry.kind;
};

async function scanned(over = transport, options: Partial<ScanOptions> = {}): Promise<string[]> {
  const names: string[] = [];
  const onEntries = (entries: readonly Entry[]) => void names.push(...entries.map(nameOf));
  await scanLetters(over, info, { group: 'scan', onEntries, now: Date.now, sleep: (ms) => sleep(ms), ...options });
  return names.toSorted();
}

const everything = [...Array.from({ length: 10 }, (_, offset) => `t:0:${offset}`), 'mark t:0:3', 'unreadable'].toSorted();

/** The log, with something between its readers and their handlers. */
const through = (
  change: (handler: BatchHandler) => BatchHandler,
  status: Partial<ReturnType<LogReader['status']>> = {},
): Transport => ({
  ...transport,
  reader(options) {
    const reader = transport.reader(options);
    return { ...reader, run: (handler) => reader.run(change(handler)), status: () => ({ ...reader.status(), ...status }) };
  },
});

test('everything that lay there, and nothing that came since', async () => {
  const progress: [number, number][] = [];
  expect(await scanned(transport, { onProgress: (...at) => progress.push(at) })).toEqual(everything);
  expect(progress.at(-1)).toEqual([12, 12]);
});

test('a reader that starts over after a rebalance repeats nothing', async () => {
  const twice = through((handler) => async (batch) => {
    await handler(batch);
    await handler({ ...batch, epoch: batch.epoch + 1 });
  });
  expect(await scanned(twice)).toEqual(everything);
});

test('what the caller throws ends it, and is not tried again', async () => {
  let calls = 0;
  const onEntries = () => {
    calls += 1;
    throw new Error('no room');
  };
  await expect(scanned(transport, { onEntries })).rejects.toThrow('no room');
  expect(calls).toBe(1);
});

test('a log that falls silent is told', async () => {
  let nowMs = 0;
  const silent = through(() => async () => undefined, { assigned: [] });
  const passing = async () => {
    nowMs += 1000;
    await sleep(0);
  };
  const options = { now: () => nowMs, sleep: passing };
  await expect(scanned(silent, options)).rejects.toThrow(/topic dead: nothing came for 20 s with 0 of 12 records read/);
});

test('a reader that ended by itself is told', async () => {
  const ended = through((handler) => handler, { fatal: new Error('gone') });
  await expect(scanned(ended)).rejects.toThrow('gone');
});
