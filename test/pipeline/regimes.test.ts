// A fan that was put into service idle and then runs under all of its fleet's loads.
import { decodeDeviceState } from '@tocsin/models';
import { currentBundleKey, deviceStateKey, encodeModelAnnouncement } from '@tocsin/schemas';
import type { Scorer } from '@tocsin/scorer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fan, fanBundle, fanSamples, fanTelemetry, type FanSample } from '../fixtures/fan-fleet.ts';
import { openScorerRoom, topics, type ScorerRoom } from './scorer-room.ts';

//        support   loads change every four windows, forth and back                        heat ten deviations up, at half load
//   load 0 0 0 0 0 | 1 1 1 1 2 2 2 2 0 0 0 0 1 1 1 1 … (60 windows)                     | 1 1 1 1 1 1 1 1
const life: FanSample[] = [
  ...Array.from({ length: 5 }, () => ({ load: 0 })),
  ...Array.from({ length: 60 }, (_, k) => ({ load: (1 + Math.floor(k / 4)) % 3 })),
  ...Array.from({ length: 8 }, () => ({ load: 1, isHot: true })),
];
const healthy = 65;
const samples = fanSamples(7, life);

let room: ScorerRoom;
let scorer: Scorer;
beforeEach(async () => {
  room = await openScorerRoom();
  scorer = room.scorer({ classes: [fan] });
});
afterEach(async () => {
  await scorer.stop();
  await room.close();
});

async function publish(version: number, withRegimes: boolean, seed?: number): Promise<void> {
  const { announcement, bytes } = fanBundle(version, withRegimes, seed);
  await room.state.put(announcement.location, bytes);
  await room.state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
  const writer = room.transport.writer();
  await writer.send([{ topic: topics.models, key: 'pump', value: encodeModelAnnouncement(announcement) }]);
}

async function play(from: number, to: number): Promise<void> {
  await room.send(fanTelemetry(samples.slice(from, to), from));
  await room.drained(scorer);
}

async function supportOf() {
  const [bytes] = await room.state.getMany([deviceStateKey('fan-1')]);
  return decodeDeviceState(bytes!).support;
}

test('loads that the fleet knows raise no alert; a fault does, in real units of the load it shows under', async () => {
  await publish(1, true);
  await scorer.start();
  await play(0, healthy);
  expect((await room.windows()).filter(({ score }) => score !== null).length).toBeGreaterThan(55);
  expect(await room.alerts()).toEqual([]);
  await play(healthy, samples.length);
  const [alert] = await room.alerts();
  const [most] = alert.contributions;
  expect(most.feature).toBe('heat.mean');
  // At half load heat is 35, give or take the device's own half a degree; at full load it would be 60.
  expect(most.actual).toBeGreaterThan(37);
  expect(Math.abs(most.expected - 35)).toBeLessThan(2);
});

test('without regimes the same fault hides among the loads', async () => {
  await publish(1, false);
  await scorer.start();
  await play(0, samples.length);
  expect(await room.alerts()).toEqual([]);
});

test('a bundle with other regimes takes over: sums are made anew from the raw windows, before anything is scored', async () => {
  await scorer.start();
  await play(0, 10);
  expect(await supportOf()).not.toHaveProperty('frame');
  await publish(1, true);
  await room.drained(scorer);
  await play(10, 30);
  const first = await supportOf();
  await publish(2, true, 300);
  await room.drained(scorer);
  await play(30, 31);
  const second = await supportOf();
  expect(first.frame).not.toBe(second.frame);
  // Five support windows and the one just learnt.
  expect(second.count).toBeGreaterThan(5);
  expect(second.count).toBeLessThanOrEqual(6);
  await play(31, healthy);
  expect(await room.alerts()).toEqual([]);
  const scored = (await room.windows()).filter(({ modelVersion }) => modelVersion === 2);
  expect(scored.length).toBeGreaterThan(30);
});
