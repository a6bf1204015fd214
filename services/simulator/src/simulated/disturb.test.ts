import { decodeTelemetry, type Reading } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import type { TimedRecord } from '../replay/timed-record.ts';
import { disturb, type Disturbance, disturbances, type DisturbanceShares } from './disturb.ts';

const startMs = Date.UTC(2024, 0, 1);
const count = 300;

/** One frame of four samples a second, numbered by its first value. */
async function* frames(): AsyncGenerator<Reading> {
  for (let i = 0; i < count; i++) {
    const samples = Float32Array.of(i, 0, i, 0, i, 0, i, 0);
    yield { deviceId: 'p', deviceClass: 'pump', startMs: startMs + 1000 * i, rateHz: 4, channels: ['x', 'y'], samples };
  }
}

function shares(some: Partial<DisturbanceShares>): DisturbanceShares {
  return { late: 0, duplicate: 0, outOfOrder: 0, notFinite: 0, wrongChannels: 0, future: 0, garbage: 0, ...some };
}

async function disturbed(
  some: Partial<DisturbanceShares>,
  seed = 1,
): Promise<{ records: TimedRecord[]; hits: [Disturbance, number][] }> {
  const records: TimedRecord[] = [];
  const hits: [Disturbance, number][] = [];
  const onDisturbed = (what: Disturbance, reading: Reading): void => void hits.push([what, reading.samples[0]]);
  for await (const record of disturb(frames(), { shares: shares(some), seed, topic: 't', onDisturbed })) records.push(record);
  return { records, hits };
}

const readingOf = ({ record }: TimedRecord): Reading => decodeTelemetry(record.value ?? new Uint8Array());
const isTelemetry = (record: TimedRecord): boolean => {
  try {
    return readingOf(record).deviceId === 'p';
  } catch {
    return false;
  }
};
const numberOf = (record: TimedRecord): number => readingOf(record).samples[0];

test('nothing is disturbed unless asked for', async () => {
  const { records, hits } = await disturbed({});
  expect(hits).toEqual([]);
  expect(records.map(numberOf)).toEqual(Array.from({ length: count }, (_, i) => i));
  expect(records[0]).toMatchObject({ dueMs: startMs + 1000, record: { topic: 't', key: 'p' } });
});

describe('each disturbance', () => {
  test('late: sent a minute after its time', async () => {
    const { records, hits } = await disturbed({ late: 0.05 });
    const late = hits.map(([, number]) => number);
    expect(late.length).toBeGreaterThan(5);
    for (const number of late) {
      const record = records.find((candidate) => numberOf(candidate) === number);
      expect(record?.dueMs).toBe(startMs + 1000 * (number + 1) + 60_000);
    }
    expect(records.length).toBe(count);
  });

  test('duplicate: the same bytes twice', async () => {
    const { records, hits } = await disturbed({ duplicate: 0.05 });
    expect(records.length).toBe(count + hits.length);
    for (const [, number] of hits) {
      const [one, other] = records.filter((record) => numberOf(record) === number);
      expect(other.record).toEqual(one.record);
    }
  });

  test('out of order: after its successor', async () => {
    const { records, hits } = await disturbed({ outOfOrder: 0.05 });
    const order = records.map(numberOf);
    const [, first] = hits[0];
    expect(order.slice(first, first + 2)).toEqual([first + 1, first]);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('not finite, a channel too many, a day ahead, garbage', async () => {
    const nan = await disturbed({ notFinite: 0.05 });
    expect(nan.records.filter((record) => readingOf(record).samples.some(Number.isNaN)).length).toBe(nan.hits.length);
    const wide = await disturbed({ wrongChannels: 0.05 });
    expect(wide.records.filter((record) => readingOf(record).channels.length === 3).length).toBe(wide.hits.length);
    const future = await disturbed({ future: 0.05 });
    expect(future.records.filter((record) => readingOf(record).startMs > record.dueMs).length).toBe(future.hits.length);
    const garbage = await disturbed({ garbage: 0.05 });
    expect(garbage.records.filter((record) => !isTelemetry(record)).length).toBe(garbage.hits.length);
  });
});

test('all at once: shares as asked for, due times in order, the same for the same seed', async () => {
  const all = Object.fromEntries(disturbances.map((what) => [what, 0.08]));
  const { records, hits } = await disturbed(all);
  expect(new Set(hits.map(([what]) => what)).size).toBe(disturbances.length);
  expect(hits.length / count).toBeGreaterThan(0.45);
  expect(hits.length / count).toBeLessThan(0.67);
  const dues = records.map(({ dueMs }) => dueMs);
  expect(dues).toEqual(dues.toSorted((a, b) => a - b));
  expect(await disturbed(all)).toEqual({ records, hits });
  expect((await disturbed(all, 2)).hits).not.toEqual(hits);
});
