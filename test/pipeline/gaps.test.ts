// What becomes of windows with gaps, by the policy of their class, on the embedded twins.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTelemetry, encodeTelemetry, type DeviceClass, type WindowPlan } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

const exact = { lost: 0, wrong: 0, conflicting: 0, repeated: 0 };
const pumpOn = (onGap: NonNullable<WindowPlan['onGap']>): DeviceClass => ({ ...pump, window: { ...pump.window, onGap } });

/** The record without its first samples. */
function shortened(record: OutgoingRecord, bySamples: number): OutgoingRecord {
  const reading = decodeTelemetry(record.value!);
  const startMs = reading.startMs + (bySamples * 1000) / reading.rateHz;
  return { ...record, value: encodeTelemetry({ ...reading, startMs, samples: reading.samples.slice(bySamples) }) };
}

//   record   0 .. 14   15           16 .. 24   25    26 .. 39     a window is two records, and begins with each
//                      5 missing               gone
const whole = telemetry(1, 40);
const log = whole.flatMap((record, n) => (n === 25 ? [] : n === 15 ? [shortened(record, 5)] : [record]));
const startsOf = (...records: number[]) => records.map((n) => decodeTelemetry(whole[n].value!).startMs);

async function run(deviceClass: DeviceClass, ...cuts: number[]): Promise<void> {
  for (const [i, from] of [0, ...cuts].entries()) {
    const scorer = room.scorer({ classes: [deviceClass] });
    await scorer.start();
    await room.send(log.slice(from, cuts[i] ?? log.length));
    await room.drained(scorer);
    await scorer.stop();
  }
}

const gappyTotal = async () => Number(/outcome="gappy"\} (\d+)/.exec(await room.metrics())![1]);

test('interpolate: short gaps are bridged and said, what is too full of holes is counted and gone', async () => {
  await run(pumpOn('interpolate'), 20, 27);
  const windows = await room.windows();
  expect(judge(expectedWindows(log), windows)).toEqual(exact);
  const bridged = windows.filter(({ flags }) => flags.includes('interpolated'));
  expect(bridged.map(({ startMs }) => startMs)).toEqual(startsOf(14, 15));
  expect(windows.map(({ startMs }) => startMs)).not.toContain(startsOf(25)[0]);
  expect(await gappyTotal()).toBeGreaterThanOrEqual(3);
});

//   window           14  15  16  17     5 samples are missing in 14 and 15
//   learnt before it 14  15  16  17     and where all of them must have come 14  14  14  15
test.each([
  [0.9, [14, 15, 16, 17]],
  [1, [14, 14, 14, 15]],
])('a window teaches where at least %s of its samples came', async (teachCoverage, expected) => {
  await run({ ...pump, window: { ...pump.window, teachCoverage } });
  const learnt = new Map((await room.windows()).map(({ startMs, supportWindows }) => [startMs, supportWindows]));
  expect(startsOf(14, 15, 16, 17).map((startMs) => learnt.get(startMs))).toEqual(expected);
});

test('discard: no window with a gap is kept, however short', async () => {
  await run(pumpOn('discard'), 20, 27);
  const windows = await room.windows();
  expect(judge(expectedWindows(log, pumpOn('discard')), windows)).toEqual(exact);
  expect(windows.every(({ coverage, flags }) => coverage === 1 && !flags.includes('interpolated'))).toBe(true);
  const starts = windows.map(({ startMs }) => startMs);
  for (const gone of startsOf(14, 15, 24, 25)) expect(starts).not.toContain(gone);
});

test.each([[[]], [[26]], [[27]], [[28]], [[20, 26, 28, 33]]])(
  'mark: it is emitted without features or score, once, and the others as ever (new readers at %j)',
  async (cuts) => {
    await run(pumpOn('mark'), ...cuts);
    const windows = await room.windows();
    const marked = windows.filter(({ flags }) => flags.includes('gappy'));
    const before = startsOf(0)[0] - 125;
    expect(marked.map(({ startMs }) => startMs)).toEqual([before, ...startsOf(24, 25)]);
    for (const { features, score, pValue, threshold, coverage, flags } of marked.slice(1)) {
      expect({ features, score, pValue, threshold, coverage }).toEqual({
        features: new Float32Array(0),
        score: null,
        pValue: null,
        threshold: null,
        coverage: 0.5,
      });
      expect(flags).not.toContain('interpolated');
    }
    expect(
      judge(
        expectedWindows(log),
        windows.filter((window) => !marked.includes(window)),
      ),
    ).toEqual(exact);
    // A marked window teaches nothing: the one after it has as many behind it as the one before.
    const of = (record: number) => windows.find(({ startMs }) => startMs === startsOf(record)[0])!;
    expect(of(25).supportWindows).toBe(of(24).supportWindows);
  },
);
