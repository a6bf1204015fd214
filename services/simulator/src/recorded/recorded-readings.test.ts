import type { Reading } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { openFleet } from './open-fleet.ts';
import { type FrameOptions, recordedReadings } from './recorded-readings.ts';
import { csvSet, int16Set, type TestSet, writeSets } from './test-fleet.ts';

async function readingsOf(set: TestSet, options?: FrameOptions): Promise<Reading[]> {
  const [{ devices }] = openFleet(writeSets(set)).dataSets;
  const readings: Reading[] = [];
  for await (const reading of recordedReadings(devices[0], options)) readings.push(reading);
  return readings;
}

test('a slow device sends one row at a time, a fast one a quarter of a second', async () => {
  const slow = await readingsOf(csvSet());
  expect(slow.map(({ startMs }) => startMs / 60_000)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(slow[3]).toEqual({
    deviceId: 'a',
    deviceClass: 'engines',
    startMs: 180_000,
    rateHz: 1 / 60,
    channels: ['x', 'y'],
    samples: Float32Array.of(3, 0.3),
  });
  const fast = await readingsOf(int16Set());
  expect(fast.map(({ samples }) => samples.length / 2)).toEqual(Array.from({ length: 10 }, () => 250));
});

test('the first row can be moved to another time', async () => {
  const [first, second] = await readingsOf(csvSet(), { startMs: 5_000_000, frameSamples: 4 });
  expect([first.startMs, second.startMs]).toEqual([5_000_000, 5_240_000]);
});

//  minutes  0   1   2       5   6   6   4       (gap, then a repeated and a backward time)
//  frames   [---------]     [-----] [-] [-]
test('a frame ends where the next row is not where it should be', async () => {
  const set = csvSet();
  const minutes = [0, 1, 2, 5, 6, 6, 4];
  set.files['devices/a.csv.gz'] = ['t,s0,s1,label', ...minutes.map((minute, i) => `${minute * 60_000},${i},${i},0`), ''].join(
    '\n',
  );
  Object.assign(set.manifest.devices[0], { rows: 7, tEnd: 240_000 });
  const readings = await readingsOf({ ...set, labels: { a: {} } }, { frameSamples: 100 });
  expect(readings.map(({ startMs, samples }) => [startMs / 60_000, samples.length / 2])).toEqual([
    [0, 3],
    [5, 2],
    [6, 1],
    [4, 1],
  ]);
});

test('small jitter does not cut a frame', async () => {
  const set = csvSet();
  set.files['devices/a.csv.gz'] = String(set.files['devices/a.csv.gz']).replace('180000,', '190000,');
  expect((await readingsOf(set, { frameSamples: 100 })).length).toBe(1);
});
