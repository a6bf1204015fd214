// Tones through the low-pass, and that nothing depends on how a signal was cut into readings.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '@tocsin/schemas';
import { createResampler, endStretch, resample, waitingOffset } from './resampler.ts';

const reading = (startMs: number, rateHz: number, samples: Float32Array, channels = ['x']): Reading => ({
  deviceId: 'p',
  deviceClass: 'pump',
  startMs,
  rateHz,
  channels,
  samples,
});

/** Everything that comes of the readings, by grid index. */
function through(readings: readonly Reading[], gridRateHz: number, channels = 1): Map<number, number> {
  const resampler = createResampler(gridRateHz, channels);
  const out = new Map<number, number>();
  const onSamples = ({ index, samples }: { index: number; samples: Float32Array }): void => {
    for (let i = 0; i * channels < samples.length; i++) {
      if (out.has(index + i)) throw new Error(`place ${index + i} was given out twice`);
      out.set(index + i, samples[i * channels]);
    }
  };
  readings.forEach((each, offset) => resample(resampler, each, offset, onSamples));
  endStretch(resampler, onSamples);
  return out;
}

const startMs = Date.UTC(2026, 0, 1);
const tone = (hz: number, rateHz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: rateHz * seconds }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz + 0.7));

describe('tones, at 1000 Hz', () => {
  /** The largest error away from both ends, and the largest value. */
  const inside = (hz: number, rateHz: number) => {
    const out = through([reading(startMs, rateHz, tone(hz, rateHz, 1))], 1000);
    const places = Array.from({ length: 600 }, (_, k) => k + 200);
    const truth = (k: number) => Math.sin((2 * Math.PI * hz * k) / 1000 + 0.7);
    return {
      error: Math.max(...places.map((k) => Math.abs(out.get(startMs + k)! - truth(k)))),
      largest: Math.max(...places.map((k) => Math.abs(out.get(startMs + k)!))),
    };
  };

  test.each([
    [10, 2560],
    [200, 2560],
    [399, 2560],
    [399, 25_600],
    [50, 1024],
    [399, 1024],
    [399, 1300],
    [39, 100],
  ])('%i Hz, sampled at %i Hz, is kept within a hundredth, and in its place', (hz, rateHz) => {
    expect(inside(hz, rateHz).error).toBeLessThan(0.01);
  });

  test.each([
    [500, 2560],
    [700, 2560],
    [1200, 2560],
    [501, 25_600],
    [12_000, 25_600],
    [600, 1300],
  ])('%i Hz, sampled at %i Hz, is gone by 40 dB', (hz, rateHz) => {
    expect(inside(hz, rateHz).largest).toBeLessThan(0.01);
  });
});

test('a constant stays one to the very ends, in every channel', () => {
  const samples = Float32Array.from({ length: 2 * 300 }, (_, i) => (i % 2 === 0 ? 3 : -5));
  const resampler = createResampler(1000, 2);
  const seen: number[] = [];
  const onSamples = ({ samples: out }: { samples: Float32Array }) => void seen.push(...out);
  resample(resampler, reading(startMs, 3000, samples, ['x', 'y']), 0, onSamples);
  endStretch(resampler, onSamples);
  expect(seen).toHaveLength(200);
  seen.forEach((value, i) => expect(value).toBeCloseTo(i % 2 === 0 ? 3 : -5, 5));
});

//   400 Hz  |--- 0 ---|-- 1 --|------ 2 ------|      each sample at the middle of its stretch of time
//   100 Hz  .   .   .   .   .   .   .   .   .   .    every place of the grid once
test('property: any cutting of the same samples gives the same values, bit for bit', () => {
  const rates = fc.constantFrom(400, 200, 50, 25);
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 299 }), { maxLength: 40 });
  const values = fc.float32Array({ minLength: 300, maxLength: 300, noNaN: true, noDefaultInfinity: true, min: -1e3, max: 1e3 });
  fc.assert(
    fc.property(rates, cuts, values, (rateHz, unsorted, samples) => {
      const whole = through([reading(startMs, rateHz, samples)], 100);
      const bounds = [0, ...unsorted.sort((a, b) => a - b), 300];
      const parts = bounds
        .slice(1)
        .map((to, i) => reading(startMs + (bounds[i] * 1000) / rateHz, rateHz, samples.subarray(bounds[i], to)));
      expect(through(parts, 100)).toEqual(whole);
      expect(whole.size).toBe(Math.ceil((300 * 100) / rateHz));
    }),
    { seed: 11, numRuns: 150 },
  );
});

// A quarter of a frame is missing between the two: nothing lies there, and their ends are as if they were alone.
test('what does not go on from the reading before stands alone', () => {
  const apart = [reading(startMs, 400, tone(20, 400, 1)), reading(startMs + 1250, 400, tone(20, 400, 1))];
  const together = through(apart, 100);
  expect(together.size).toBe(200);
  for (const [index, value] of [...through([apart[0]], 100), ...through([apart[1]], 100)])
    expect(together.get(index)).toBe(value);
});

// In the middle of the band, two fifths of the tone at the last place and a hundredth eight places further in.
test('half a filter, where nothing goes on: the error at an end', () => {
  const errorAt = (place: number): number => {
    const errors = Array.from({ length: 16 }, (_, phase) => {
      const samples = Float32Array.from({ length: 400 }, (__, i) => Math.cos((2 * Math.PI * 25 * i) / 400 + phase));
      return Math.abs(through([reading(0, 400, samples)], 100).get(place)! - Math.cos((2 * Math.PI * 25 * place) / 100 + phase));
    });
    return Math.max(...errors);
  };
  expect(errorAt(0)).toBeLessThan(0.4);
  for (const place of [8, 9, 10, 11]) expect(errorAt(place)).toBeLessThan(0.02);
});

test('what waits needs the first record that is still in its filter', () => {
  const resampler = createResampler(100, 1);
  const nothing = () => undefined;
  expect(waitingOffset(resampler)).toBe(Infinity);
  for (let i = 0; i < 20; i++) resample(resampler, reading(startMs + i * 100, 400, tone(3, 400, 0.1)), i, nothing);
  // 18 periods of 10 ms wait, and need as many before them: the last four readings of 100 ms.
  expect(waitingOffset(resampler)).toBe(16);
  endStretch(resampler, nothing);
  expect(waitingOffset(resampler)).toBe(Infinity);
});
