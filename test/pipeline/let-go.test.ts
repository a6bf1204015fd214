// A device that was silent for long, on the embedded twins: it goes on alike for whoever met the leap that it began with, and for
// whoever never saw that.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTelemetry, encodeTelemetry, type DeviceClass } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump, startMs, telemetry } from '../fixtures/pump-fleet.ts';
import { lateTopic, openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

const hopMs = (pump.window.hop * 1000) / pump.rateHz;
const hopOf = (atMs: number) => (atMs - startMs) / hopMs;
const leapHops = 96;

//   log time in hops   0 1   2 .. 9   10 .. 59   60 ..... 119
//   pump-0 is at      96 97  2 .. 9   SILENT     60 ..... 119     its first two readings are twelve seconds ahead, and believed
//   pump-1 is at       0 1   2 .. 9   10 .. 59   60 ..... 119     log time goes on
const log = telemetry(2, 120)
  .map((record) => ({ record, hop: hopOf(decodeTelemetry(record.value!).startMs) }))
  .filter(({ record, hop }) => record.key === 'pump-1' || hop < 10 || hop >= 60)
  .map(({ record, hop }) => ({ hop, record: stamped(record, hop, record.key === 'pump-0' && hop < 2 ? leapHops : 0) }));

function stamped(record: OutgoingRecord, hop: number, aheadHops: number): OutgoingRecord {
  const reading = decodeTelemetry(record.value!);
  const value = encodeTelemetry({ ...reading, startMs: reading.startMs + aheadHops * hopMs });
  return { ...record, value, partition: 0, timestampMs: startMs + hop * hopMs };
}

async function run(deviceClass: DeviceClass, cutHops: readonly number[]): Promise<void> {
  for (const [i, from] of [0, ...cutHops].entries()) {
    const scorer = room.scorer({ classes: [deviceClass], late: lateTopic });
    await scorer.start();
    await room.send(log.filter(({ hop }) => hop >= from && hop < (cutHops[i] ?? Infinity)).map(({ record }) => record));
    await room.drained(scorer);
    await scorer.stop();
  }
}

const isLeapt = ({ deviceId }: { deviceId: string }) => deviceId === 'pump-0';

test.each(
  [0, 3000].flatMap((amendMs) => [[], [30], [59], [80], [59, 80, 97, 98, 110]].map((cutHops) => [amendMs, cutHops] as const)),
)('it goes on alike for everybody (amended for %i ms, new readers at %j)', async (amendMs, cutHops) => {
  await run({ ...pump, idleMs: 1000, window: { ...pump.window, amendMs } }, cutHops);
  const windows = (await room.windows()).filter(isLeapt);
  // What was said of the time that it leapt to stays; behind it nothing is said twice, and beyond it everything is.
  expect(windows.every(({ revision }) => revision === undefined)).toBe(true);
  const beyondMs = startMs + (leapHops + 2) * hopMs;
  expect(new Set(windows.filter((window) => window.startMs < beyondMs).map((window) => hopOf(window.startMs)))).toEqual(
    new Set([leapHops]),
  );
  const beyond = log.filter(({ record, hop }) => record.key === 'pump-0' && hop >= leapHops + 2).map(({ record }) => record);
  const verdict = judge(
    expectedWindows(beyond),
    windows.filter((window) => window.startMs >= beyondMs),
  );
  expect(verdict).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
  // Late is what came before the silence: afterwards the device is where it goes on.
  const late = (await room.late()).map(({ value }) => decodeTelemetry(value!)).filter(isLeapt);
  expect(new Set(late.map((reading) => hopOf(reading.startMs)))).toEqual(new Set([2, 3, 4, 5, 6, 7, 8, 9]));
});
