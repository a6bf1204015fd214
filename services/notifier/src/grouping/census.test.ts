// When a census may be believed: not before everybody could be heard of, and not when nobody is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEmbeddedTransport } from '@tocsin/transport';
import { until } from '../sinks/sink-room.fixture.ts';
import { createCensus } from './census.ts';

test('a line that was silent has yet to be heard of, however long the census has run', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  const transport = createEmbeddedTransport({ directory });
  await transport.admin().ensureTopics([{ name: 'windows', partitions: 1 }]);
  let nowMs = 1_000_000;
  const census = createCensus({ transport, topic: 'windows', groupId: 'notifier', devicesMax: 10, now: () => nowMs });
  await census.start();
  let sent = 0;
  /** A window comes; what is in it does not matter here. */
  const hear = async (): Promise<boolean> => {
    await transport.writer().send([{ topic: 'windows', key: 'pump-1', value: Buffer.from('x') }]);
    sent += 1;
    await until(() => census.status().assigned[0]?.next === sent, 'it is read');
    return census.isSettled();
  };
  const minutes = async (count: number): Promise<boolean[]> => {
    const settled: boolean[] = [];
    for (let i = 0; i < count; i++) {
      nowMs += 60_000;
      settled.push(await hear());
    }
    return settled;
  };
  const began = [await hear(), ...(await minutes(7))];
  expect([began[0], began[3], began[7]]).toEqual([false, false, true]);
  nowMs += 3_600_000;
  expect(census.isSettled()).toBe(false);
  const again = [await hear(), ...(await minutes(7))];
  expect([again[0], again[3], again[7]]).toEqual([false, false, true]);
  await census.stop();
  await transport.close();
  rmSync(directory, { recursive: true, force: true });
});
