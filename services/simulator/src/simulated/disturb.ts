// Breaks a stream of telemetry on purpose: the ways in which real producers and networks break it.
import { createRandom, type Random } from '@tocsin/signals';
import { type Reading, readingEndMs, sampleCount } from '@tocsin/schemas';
import { telemetryRecord, type TimedRecord } from '../replay/timed-record.ts';

export const disturbances = ['late', 'duplicate', 'outOfOrder', 'notFinite', 'wrongChannels', 'future', 'garbage'] as const;
export type Disturbance = (typeof disturbances)[number];

/** Share of records (0..1) that each disturbance hits; no record is hit twice. */
export type DisturbanceShares = Readonly<Record<Disturbance, number>>;

export type DisturbOptions = {
  shares: DisturbanceShares;
  seed: number;
  topic: string;
  /** How much later a late record is sent, in event time; default one minute. */
  lateByMs?: number;
  onDisturbed?(what: Disturbance, reading: Reading): void;
};

const hourMs = 3_600_000;

/**
 * Turns readings into records, some of them disturbed: sent a minute late, sent twice, sent after their successor, with a NaN sample,
 * with a channel too many, dated a day ahead, or replaced by random bytes. Still in the order of their (new) due times.
 */
export async function* disturb(readings: AsyncIterable<Reading>, options: DisturbOptions): AsyncGenerator<TimedRecord> {
  const random = createRandom(options.seed);
  const { topic, lateByMs = 60_000 } = options;
  const held: TimedRecord[] = [];
  for await (const reading of readings) {
    const what = draw(random, options.shares);
    if (what !== null) options.onDisturbed?.(what, reading);
    const frameMs = (sampleCount(reading) * 1000) / reading.rateHz;
    const record = telemetryRecord(what === null ? reading : broken(reading, what), topic);
    const dueMs = readingEndMs(reading);
    yield* released(held, dueMs);
    if (what === 'late') hold(held, { ...record, dueMs: dueMs + lateByMs });
    else if (what === 'outOfOrder') hold(held, { ...record, dueMs: dueMs + 1.5 * frameMs });
    else yield { dueMs, record: what === 'garbage' ? { ...record.record, value: randomBytes(random) } : record.record };
    if (what === 'duplicate') hold(held, { ...record, dueMs: dueMs + frameMs * random() });
  }
  yield* released(held, Number.POSITIVE_INFINITY);
}

function draw(random: Random, shares: DisturbanceShares): Disturbance | null {
  let left = random();
  for (const what of disturbances) {
    left -= shares[what];
    if (left < 0) return what;
  }
  return null;
}

function broken(reading: Reading, what: Disturbance): Reading {
  if (what === 'notFinite') {
    const samples = reading.samples.slice();
    samples[samples.length >> 1] = Number.NaN;
    return { ...reading, samples };
  }
  if (what === 'future') return { ...reading, startMs: reading.startMs + 24 * hourMs };
  if (what === 'wrongChannels') {
    const channels = [...reading.channels, 'unexpected'];
    return { ...reading, channels, samples: new Float32Array(sampleCount(reading) * channels.length) };
  }
  return reading;
}

function randomBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + Math.floor(64 * random()) }, () => Math.floor(256 * random()));
}

function hold(held: TimedRecord[], record: TimedRecord): void {
  held.push(record);
  held.sort((a, b) => a.dueMs - b.dueMs);
}

function* released(held: TimedRecord[], untilMs: number): Generator<TimedRecord> {
  while (held.length > 0 && held[0].dueMs <= untilMs) {
    const next = held.shift();
    if (next !== undefined) yield next;
  }
}
