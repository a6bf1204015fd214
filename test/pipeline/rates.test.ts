// Devices whose rate is not their class's, or changes, on the embedded twins: refused with what to do, or brought onto the grid; and
// whoever reads on, the windows are those of the log.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeTelemetry, type DeviceClass } from '@tocsin/schemas';
import { createRandom, normal } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump, startMs } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

const resampling: DeviceClass = { ...pump, window: { ...pump.window, otherRates: 'resample' } };
const recordMs = 125;

/** Records of 125 ms from number `from` on: three tones and noise. */
function records(from: number, count: number, rateHz: number): OutgoingRecord[] {
  const random = createRandom(from + 1);
  return Array.from({ length: count }, (_, n) => {
    const atMs = (from + n) * recordMs;
    const samples = Float32Array.from({ length: (recordMs * rateHz) / 1000 }, (__, i) => {
      const s = atMs / 1000 + i / rateHz;
      const tones = [50, 400, 1300].map((hz) => Math.sin(2 * Math.PI * hz * s));
      return tones[0] + 0.5 * tones[1] + 0.3 * tones[2] + 0.1 * normal(random);
    });
    const reading = { deviceId: 'p', deviceClass: 'pump', startMs: startMs + atMs, rateHz, channels: ['x'], samples };
    return { topic: 'telemetry', key: 'p', value: encodeTelemetry(reading) };
  });
}

//   0 .. 29   4096 Hz
//   30 .. 39  10 kHz     as if a new firmware had come
//   40 .. 69  4096 Hz    and gone
const log = [...records(0, 30, 4096), ...records(30, 10, 10_000), ...records(40, 30, 4096)];

async function run(cuts: readonly number[], classes: readonly DeviceClass[]): Promise<void> {
  for (const [i, from] of [0, ...cuts].entries()) {
    const scorer = room.scorer({ classes });
    await scorer.start();
    await room.send(log.slice(from, cuts[i] ?? log.length));
    await room.drained(scorer);
    await scorer.stop();
  }
}

test('another rate is refused, counted, and told what to do; the device goes on where it has its own again', async () => {
  await run([], [pump]);
  const letters = await room.deadLetters();
  expect(letters).toHaveLength(10);
  expect(letters[0]).toMatchObject({
    reason: 'wrong_rate',
    error: `rateHz is 10000; class 'pump' expects 4096; fix the producer, give these devices a class of their own, or set window.otherRates to resample`,
  });
  expect(await room.metrics()).toContain('tocsin_records_rejected_total{reason="wrong_rate"} 10');
  const right = log.filter((_, n) => n < 30 || n >= 40);
  expect(judge(expectedWindows(right), await room.windows())).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });
});

test.each([[[]], [[30]], [[31]], [[33]], [[39]], [[40]], [[41]], [[15, 32, 34, 41]]])(
  'resampled, it goes on without a gap (new readers at %j)',
  async (cuts) => {
    await run(cuts, [resampling]);
    const expected = expectedWindows(log, resampling);
    const windows = await room.windows();
    expect(judge(expected, windows)).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });
    expect(await room.deadLetters()).toEqual([]);
    const ends = [...expected.values()].map(({ endMs }) => (endMs - startMs) / recordMs);
    expect(ends).toEqual(Array.from({ length: ends.length }, (_, i) => i + 2));
    expect(windows.every(({ flags }) => !flags.includes('interpolated'))).toBe(true);
  },
);

test('one far too fast is refused, with what could be taken', async () => {
  const scorer = room.scorer({ classes: [resampling] });
  await scorer.start();
  await room.send(records(0, 1, 300_000));
  await room.drained(scorer);
  await scorer.stop();
  expect((await room.deadLetters())[0].error).toContain('expects 4096, or 1024 to 262144 to resample');
});
