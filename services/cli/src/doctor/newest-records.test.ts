// Ten records in partition 0, two in partition 1, none in partition 2; three of each are wanted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbeddedTransport, type TopicInfo, type Transport } from '@tocsin/transport';
import { newestRecords } from './newest-records.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-newest-'));
let transport: Transport;

beforeAll(async () => {
  transport = createEmbeddedTransport({ directory });
  await transport.admin().ensureTopics([
    { name: 'telemetry', partitions: 3 },
    { name: 'empty', partitions: 1 },
  ]);
  await send(0, 10);
  await send(1, 2);
});
afterAll(async () => {
  await transport.close();
  rmSync(directory, { recursive: true });
});

async function send(partition: number, records: number): Promise<void> {
  const value = Uint8Array.of(1);
  await transport.writer().send(Array.from({ length: records }, () => ({ topic: 'telemetry', partition, key: null, value })));
}

async function read(name = 'telemetry'): Promise<{ places: string[]; partitions: number; complete: number }> {
  const info: TopicInfo | null = await transport.admin().describe(name);
  const settings = { groupId: 'doctor', perPartition: 3, limitMs: 10_000, now: Date.now, sleep: (ms: number) => sleep(ms) };
  const { records, ...counts } = await newestRecords(transport, info === null ? [] : [info], settings);
  return { places: records.map(({ partition, offset }) => `${partition}:${offset}`).sort(), ...counts };
}

test('the newest of every partition that holds any, again and again', async () => {
  const expected = { places: ['0:7', '0:8', '0:9', '1:0', '1:1'], partitions: 2, complete: 2 };
  expect(await read()).toEqual(expected);
  expect(await read()).toEqual(expected); // with the commits of the first time
});

test('moves on with the log', async () => {
  await send(1, 20);
  expect((await read()).places).toEqual(['0:7', '0:8', '0:9', '1:19', '1:20', '1:21']);
});

test('an empty topic is not read at all', async () => {
  expect(await read('empty')).toEqual({ places: [], partitions: 0, complete: 0 });
  expect(await transport.admin().committed('doctor', 'empty')).toEqual([{ partition: 0, commit: null }]);
});
