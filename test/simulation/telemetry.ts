// What the devices of a schedule send and when it reaches the log: frames of any length, doubled, altered, late, out of order,
// lost, from clocks that jump, and records that are no telemetry at all.
import { encodeTelemetry } from '@tocsin/schemas';
import { between, createRandom, type Random } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import type { Faults } from './faults.ts';
import { createSignal, rateHz, startMs } from './tiny-class.ts';

export type Sent = { atMs: number; record: OutgoingRecord };

/** Time that the telemetry of a schedule takes, milliseconds. */
export const telemetryMs = 16_000;

/** When the telemetry begins, and how long it goes on, milliseconds of event time. */
export type Span = { startMs: number; lengthMs: number };

/** In the order in which it reaches the log. */
export function telemetryOf(
  random: Random,
  faults: Pick<Faults, 'has' | 'count' | 'happens'>,
  devices: number,
  span: Span = { startMs, lengthMs: telemetryMs },
): Sent[] {
  const sent: Sent[] = [];
  for (let device = 0; device < devices; device++) sent.push(...deviceTelemetry(random, faults, `d${device}`, span));
  return sent.toSorted((a, b) => a.atMs - b.atMs);
}

function deviceTelemetry(
  random: Random,
  faults: Pick<Faults, 'has' | 'count' | 'happens'>,
  deviceId: string,
  { startMs: fromMs, lengthMs }: Span,
): Sent[] {
  const value = createSignal(createRandom(2 ** 32 * random()));
  const sent: Sent[] = [];
  const length = faults.has('odd-frames') ? () => 1 + Math.floor(11 * random()) : () => 4;
  const total = (lengthMs / 1000) * rateHz;
  // Only what was recorded before it is sent can leap ahead without being ahead of the log.
  const recordedMs = faults.has('leap') && random() < 0.7 ? 120_000 : 0;
  const firstSample = Math.round(((fromMs - recordedMs) * rateHz) / 1000);
  let leap = { samples: 0, frames: 0 };
  const oddFrom = random() < 0.5 ? total * between(random, 0.4, 0.8) : Infinity;
  const oddTo = oddFrom + total * between(random, 0.1, 0.3);
  for (let at = Math.floor(8 * random()); at < total;) {
    if (faults.happens('silence', 0.03)) at += Math.floor(between(random, 10, 50));
    const count = length();
    if (faults.has('odd-frames')) faults.count('odd-frames');
    const [from, to] = [at, at + count];
    const isOdd = from >= oddFrom && from < oddTo;
    const isFlat = isOdd && oddTo - oddFrom < 0.2 * total;
    const samples = Float32Array.from({ length: count }, (_, i) => (isFlat ? 3 : value(from + i) + (isOdd ? 5 : 0)));
    const frame = { deviceId, deviceClass: 'tiny', rateHz, channels: ['x'], samples };
    const record = (startSample: number, of = frame): OutgoingRecord => ({
      topic: 'telemetry',
      key: deviceId,
      value: encodeTelemetry({ ...of, startMs: ((firstSample + startSample) * 1000) / rateHz }),
    });
    at = to;
    if (faults.happens('lost-frame', 0.04)) continue;
    let atMs = fromMs + (to * 1000) / rateHz + between(random, 5, 40);
    if (faults.happens('reordered', 0.08)) atMs += between(random, 100, 900);
    if (faults.happens('late', 0.03)) atMs += between(random, 900, 6000);
    if (leap.frames === 0 && recordedMs > 0 && faults.happens('leap', at < 40 ? 0.1 : 0.03))
      leap = { samples: Math.floor(between(random, 80, 500)), frames: random() < 0.2 ? Infinity : 1 + Math.floor(4 * random()) };
    const leapSamples = leap.frames > 0 ? leap.samples : 0;
    leap.frames = Math.max(0, leap.frames - 1);
    const aheadSamples = faults.happens('clock-ahead', 0.01) ? Math.floor(between(random, 5, 19)) : 0;
    sent.push({ atMs, record: record(from + aheadSamples + leapSamples) });
    if (faults.happens('duplicate', 0.06))
      sent.push({ atMs: atMs + between(random, 0, 5000), record: record(from + leapSamples) });
    if (faults.happens('altered-duplicate', 0.03))
      sent.push({
        atMs: atMs + between(random, 0, 3000),
        record: record(from + leapSamples, { ...frame, samples: samples.map((x) => x + 1) }),
      });
    if (faults.happens('future', 0.01)) sent.push({ atMs, record: record(from + 100) });
    if (faults.happens('poison', 0.01))
      sent.push({ atMs, record: { topic: 'telemetry', key: deviceId, value: Buffer.from([7, Math.floor(256 * random())]) } });
  }
  return sent;
}
