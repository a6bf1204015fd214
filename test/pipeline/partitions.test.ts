// Devices whose records come in two partitions, on the embedded twins: one partition has the device, what comes in the other is refused
// and can be found, and all else goes on. And devices that have moved.
import { decodeDeviceState } from '@tocsin/models';
import { decodeTelemetry, deviceStateKey, encodeTelemetry } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pump, startMs, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

const hopMs = (pump.window.hop * 1000) / pump.rateHz;
/** A claim lapses after 1.5 * 750 + 250 + 125 ms and what may come late. */
const deviceClass = { ...pump, idleMs: 750 };
const quietHops = Math.ceil((1.5 * 750 + (pump.window.samples * 1000) / pump.rateHz + pump.window.latenessMs) / hopMs) + 1;

type At = { record: OutgoingRecord; hop: number };

/** Three pumps' records, a hop each: `placed` says which partition those of pump-0 go to; pump-1 is in partition 1, pump-2 in 0. */
function logOf(hops: number, placed: (hop: number) => number): At[] {
  return telemetry(3, hops).map(({ key, ...record }) => {
    const hop = (decodeTelemetry(record.value!).startMs - startMs) / hopMs;
    const partition = key === 'pump-0' ? placed(hop) : key === 'pump-1' ? 1 : 0;
    return { hop, record: { ...record, key, partition, timestampMs: startMs + hop * hopMs } };
  });
}

/** Scorers one after the other, each reading until its cut. */
async function run(log: readonly At[], cutHops: readonly number[] = [], classes = [deviceClass]): Promise<void> {
  const hops = Math.max(...log.map(({ hop }) => hop)) + 1;
  for (const [i, from] of [0, ...cutHops].entries()) {
    const scorer = room.scorer({ classes });
    await scorer.start();
    for (let hop = from; hop < (cutHops[i] ?? hops); hop += 5) {
      const until = Math.min(hop + 5, cutHops[i] ?? Infinity);
      await room.send(log.filter((at) => at.hop >= hop && at.hop < until).map(({ record }) => record));
      await room.drained(scorer);
    }
    await scorer.stop();
  }
}

const isOf = (deviceId: string) => (each: { deviceId: string }) => each.deviceId === deviceId;

async function refused() {
  const letters = (await room.deadLetters()).map(({ reason, partition, value, id }) => ({
    reason,
    partition,
    hop: (decodeTelemetry(value!).startMs - startMs) / hopMs,
    id,
  }));
  return [...new Map(letters.map((letter) => [letter.id, letter])).values()].toSorted((a, b) => a.hop - b.hop);
}

async function claimOf(deviceId: string) {
  const [bytes] = await room.state.getMany([deviceStateKey(deviceId)]);
  return decodeDeviceState(bytes!).claim;
}

async function expectWhole(log: readonly At[], deviceId: string, isTaken: (hop: number) => boolean = () => true) {
  const records = log.filter(({ record, hop }) => record.key === deviceId && isTaken(hop)).map(({ record }) => record);
  const windows = (await room.windows()).filter(isOf(deviceId));
  expect(judge(expectedWindows(records, deviceClass), windows)).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
  expect(windows.length).toBeGreaterThan(10);
}

//   hop          0    5    10   15 ...
//   partition 0  aaaaa     aaaaa         whoever stores first has it, for good: it never falls silent for long
//   partition 1       xxxxx     xxxxx    refused, each of them
test.each([[[]], [[12, 33, 34, 51]]])(
  'a device in two partitions belongs to one of them, also for new readers at %j',
  async (cuts) => {
    const isTaken = (hop: number) => hop % 10 < 5;
    const log = logOf(60, (hop) => (isTaken(hop) ? 0 : 1));
    await run(log, cuts);
    const hops = Array.from({ length: 60 }, (_, hop) => hop).filter((hop) => !isTaken(hop));
    expect(await refused()).toMatchObject(hops.map((hop) => ({ hop, partition: 1, reason: 'other_partition' })));
    expect(await claimOf('pump-0')).toMatchObject({ place: 'telemetry:0', moves: 0 });
    expect(await room.metrics()).toMatch(/tocsin_state_conflicts_total 0/);
    const windows = (await room.windows()).filter(isOf('pump-0'));
    expect(windows.every((window) => ((window.startMs - startMs) / hopMs) % 10 < 5)).toBe(true);
    await expectWhole(log, 'pump-1');
    await expectWhole(log, 'pump-2');
  },
);

test('both at once: one of them stores it first, the other starts over once', async () => {
  const log = telemetry(1, 40).flatMap((record) => [0, 1].map((partition) => ({ ...record, partition })));
  const scorers = [room.scorer(), room.scorer()];
  await Promise.all(scorers.map((scorer) => scorer.start()));
  await room.send(log);
  await Promise.all(scorers.map((scorer) => room.drained(scorer)));
  await Promise.all(scorers.map((scorer) => scorer.stop()));
  expect(new Set((await refused()).map(({ partition, reason }) => `${partition} ${reason}`)).size).toBe(1);
  expect(await refused()).toHaveLength(40);
  expect(judge(expectedWindows(log.filter(({ partition }) => partition === 0)), await room.windows())).toMatchObject({
    lost: 0,
    wrong: 0,
    conflicting: 0,
  });
});

//   partition 0  aaaaaaaaaa|
//   partition 1            |xxxxxxxxxxxx|aaaaaaaaaaaa
const movedHop = 20;

test.each([[[]], [[21]], [[25, 30, movedHop + quietHops + 1, 55]], [[movedHop + quietHops + 3]]])(
  'a device that has moved is taken where it is now, once it has been silent for long where it was (new readers at %j)',
  async (cuts) => {
    const log = logOf(90, (hop) => (hop < movedHop ? 0 : 1));
    await run(log, cuts);
    const hops = (await refused()).map(({ hop }) => hop);
    const lastRefused = Math.max(...hops);
    expect(hops).toEqual(Array.from({ length: lastRefused - movedHop + 1 }, (_, i) => movedHop + i));
    expect(lastRefused - movedHop).toBeLessThan(quietHops + 6);
    expect(await claimOf('pump-0')).toMatchObject({ place: 'telemetry:1', moves: 1 });
    await expectWhole(log, 'pump-0', (hop) => hop < movedHop || hop > lastRefused);
    await expectWhole(log, 'pump-1');
    await expectWhole(log, 'pump-2');
  },
);

//   partition 0  aaaaaaaaaa|                      silent?     it is elsewhere; pump-2 falls silent as well, and is nowhere
//   partition 1            |xxxxxxxxxxxx|aaaaaaaaaaaaaaaaa
test('a device that has moved is not missed where it was', async () => {
  const log = logOf(90, (hop) => (hop < movedHop ? 0 : 1)).flatMap(({ hop, record }) => {
    if (record.key === 'pump-2' && hop >= movedHop) return [];
    return record.key === 'pump-1'
      ? [
          { hop, record },
          { hop, record: renamed(record) },
        ]
      : [{ hop, record }];
  });
  await run(log, [], [{ ...deviceClass, guards: { ...deviceClass.guards, silentMs: (quietHops + 15) * hopMs } }]);
  const silences = (await room.alerts()).filter(({ guard }) => guard === 'silent');
  expect(silences.map(({ deviceId, state }) => [deviceId, state])).toEqual([['pump-2', 'opened']]);
  expect(await claimOf('pump-0')).toMatchObject({ place: 'telemetry:1', moves: 1 });
});

/** The same from a pump of its own, in the other partition: log time goes on there. */
function renamed(record: OutgoingRecord): OutgoingRecord {
  const value = encodeTelemetry({ ...decodeTelemetry(record.value!), deviceId: 'pump-3' });
  return { ...record, key: 'pump-3', value, partition: 0 };
}

//   partition 0  aaaaaaaaaa                        | aaaaaa     its records come later than those of partition 1
//   partition 1            |xxxxxxxxxxx|aaaaaaaaaa|   aaaaaa
test('whoever had it and goes on finds out when it stores, and refuses what was not stored', async () => {
  const late = 60;
  const log = logOf(90, (hop) => (hop < movedHop ? 0 : hop < late ? 1 : hop % 2));
  const scorer = room.scorer({ classes: [deviceClass] });
  await scorer.start();
  for (let hop = 0; hop < 90; hop += 5) {
    await room.send(log.filter((at) => at.hop >= hop && at.hop < hop + 5).map(({ record }) => record));
    await room.drained(scorer);
  }
  await scorer.stop();
  expect(await claimOf('pump-0')).toMatchObject({ place: 'telemetry:1', moves: 1 });
  const elsewhere = (await refused()).filter(({ partition }) => partition === 0).map(({ hop }) => hop);
  expect(elsewhere).toEqual(expect.arrayContaining(Array.from({ length: 15 }, (_, i) => late + 2 * i)));
  const said = (await room.windows()).filter(isOf('pump-0'));
  expect(new Set(said.map(({ windowId }) => windowId)).size).toBe(said.length);
  await expectWhole(log, 'pump-1');
  await expectWhole(log, 'pump-2');
});
