// `tocsin replay` with the embedded log and the bundled recordings.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { decodeCanonical, readingEndMs, type Reading } from '@tocsin/schemas';
import { bundledDataDirectory, openFleet } from '@tocsin/simulator';
import type { LogRecord } from '@tocsin/transport';
import { newestRecords } from '../doctor/newest-records.ts';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

const data = bundledDataDirectory;
const [gearbox] = openFleet(data).dataSets;
let room: LocalRoom;

beforeEach(() => void (room = openLocalRoom()));
afterEach(() => room.close());

async function sent(): Promise<{ record: LogRecord; reading: Reading }[]> {
  const info = await room.topic('telemetry');
  if (info === null) return [];
  const settings = { groupId: 'test', perPartition: 1000, limitMs: 10_000, now: Date.now, sleep: createTestWorld().sleep };
  const { records } = await room.withLog((transport) => newestRecords(transport, [info], settings));
  return records.map((record) => {
    const decoded = decodeCanonical(record.value ?? new Uint8Array());
    if (!('reading' in decoded)) throw new Error(decoded.rejection.message);
    return { record, reading: decoded.reading };
  });
}

test('plays every device of a set, keyed by device, onto a topic that it creates', async () => {
  const world = createTestWorld();
  expect(await world.tocsin(`replay --data ${data} --config ${room.config} --sets gearbox`)).toBe(0);
  const all = await sent();
  for (const { record, reading } of all) expect(record.key?.toString()).toBe(reading.deviceId);
  const rows = new Map<string, number>();
  for (const { reading } of all) {
    const before = rows.get(reading.deviceId) ?? 0;
    rows.set(reading.deviceId, before + reading.samples.length / reading.channels.length);
  }
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(gearbox.devices.map(({ id, rows: wanted }) => [id, wanted])));
  expect(world.out()).toMatch(/topic telemetry created with 3 partitions/);
  expect(world.out()).toMatch(/sent \d+ records of 8 devices \(2\.2 MB\) to telemetry in .*, [\d,]+ records\/s/);
});

test('keeps recorded times, or moves them behind the clock', async () => {
  const [device] = gearbox.devices;
  const line = `replay --data ${data} --config ${room.config} --devices ${device.id}`;
  await createTestWorld().tocsin(line);
  const recorded = await sent();
  expect(recorded[0].reading.startMs).toBe(device.startMs);
  const beforeMs = Date.now();
  await createTestWorld().tocsin(`${line} --from-now`);
  const moved = (await sent()).slice(recorded.length).map(({ reading }) => reading);
  expect(moved).toHaveLength(recorded.length);
  expect(Math.abs(readingEndMs(moved[moved.length - 1]) - beforeMs)).toBeLessThan(10_000);
});

test('a signal ends it after the batch in flight, with a summary', async () => {
  const world = createTestWorld();
  const ending = world.tocsin(`replay --data ${data} --config ${room.config} --sets gearbox --for 60`);
  while (((await room.topic('telemetry'))?.partitions ?? []).every(({ endOffset }) => endOffset === 0)) await world.sleep(20);
  world.signal('SIGINT');
  expect(await ending).toBe(130);
  const records = Number(/stopped: sent (\d+) records? /.exec(world.out())?.[1]);
  expect(await sent()).toHaveLength(records);
  expect(records).toBeLessThan(256);
});

describe('classes', () => {
  test('--print-classes prints a configuration and plays nothing', async () => {
    const world = createTestWorld();
    expect(await world.tocsin(`replay --data ${data} --sets gearbox --print-classes`)).toBe(0);
    expect(Object.keys(loadConfig({ file: world.out(), env: {} }).classes)).toEqual(['gearbox']);
    expect(world.err()).toBe('');
  });

  test('that are not configured are told, with what to add', async () => {
    room.close();
    room = openLocalRoom('classes: {}\n');
    const world = createTestWorld();
    await world.tocsin(`replay --data ${data} --config ${room.config} --devices ${gearbox.devices[0].id}`);
    expect(world.out()).toContain('class gearbox is not configured; the scorer will refuse its readings');
    expect(world.out()).toContain('classes:\n  gearbox:\n    channels: [a1, a2]');
  });
});
