import type { FeatureSpec } from '@tocsin/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExtractor } from './extractor.ts';
import { createFeatureSpec } from './feature-spec.ts';

function spec(kind: FeatureSpec['kind'], samples: number, channels = 1): FeatureSpec {
  return createFeatureSpec({
    channels: Array.from({ length: channels }, (_, c) => `c${c}`),
    rateHz: 1000,
    window: { samples, hop: 1, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
    features: { kind, bands: 12, wavelet: true, envelope: true },
  });
}

/** The vector as name -> value. */
function extract(plan: FeatureSpec, samples: Float32Array): Record<string, number> {
  const vector = createExtractor(plan)(samples);
  return Object.fromEntries(plan.elements.map(({ name }, i) => [name.replace('c0.', ''), vector[i]]));
}

const windows = (length: number): fc.Arbitrary<Float32Array> =>
  fc.float32Array({ minLength: length, maxLength: length, noNaN: true, min: -1e6, max: 1e6 });

/** Steps of a hundredth between -1 and 1: no band is so quiet that the floor of the logarithm shows. */
const loudWindows = fc
  .array(fc.integer({ min: -100, max: 100 }), { minLength: 64, maxLength: 64 })
  .map((steps) => Float32Array.from(steps, (step, n) => step / 100 + Math.sin(n * n)));

describe('vibration', () => {
  const plan = spec('vibration', 64);

  test('twice the gain: ln levels rise by ln 2, ln powers by ln 4, and shapes stay', () => {
    fc.assert(
      fc.property(loudWindows, (x) => {
        const one = extract(plan, x);
        const two = extract(
          plan,
          x.map((value) => 2 * value),
        );
        for (const { name, block } of plan.elements) {
          const key = name.replace('c0.', '');
          const isLevel = key === 'rms (ln)' || key === 'peak (ln)';
          const isPower = (block === 'bands' || block === 'wavelet' || block === 'envelope') && !key.includes('kurtosis');
          const rise = isLevel ? Math.LN2 : isPower ? 2 * Math.LN2 : 0;
          expect(Math.abs(two[key] - one[key] - rise), key).toBeLessThan(1e-4);
        }
      }),
      { seed: 11, numRuns: 50 },
    );
  });

  test('an impulse: crest factor and kurtosis as large as they can be, a flat spectrum', () => {
    const x = new Float32Array(64);
    x[32] = 1;
    const vector = extract(plan, x);
    // One sample of 64 at 1: after centring peak = 63/64, mean square = 63/64^2.
    expect(vector['crest factor (ln)']).toBeCloseTo(Math.log(63 / Math.sqrt(63)), 5);
    expect(vector['kurtosis (ln)']).toBeCloseTo(Math.log((63 ** 4 + 63) / 64 / 63 ** 2), 5);
    expect(vector['skew']).toBe(5);
    expect(vector['spectral entropy']).toBeGreaterThan(0.98);
  });

  test('a tone on a bin: its band holds the power of the Hann main lobe, the spectrum is narrow, the wave has no crest', () => {
    const x = Float32Array.from({ length: 64 }, (_, n) => Math.sin((2 * Math.PI * 16 * n) / 64));
    const vector = extract(spec('vibration', 64), x);
    expect(vector['spectral centroid (ln Hz)']).toBeCloseTo(Math.log(250), 3);
    expect(vector['rms (ln)']).toBeCloseTo(Math.log(Math.SQRT1_2), 5);
    expect(vector['spectral flatness (ln)']).toBeLessThan(-15);
    // Parseval: one-sided, the bins of a sine of amplitude 1 add up to samples / 4.
    const bands = plan.elements.filter((element) => element.block === 'bands').map(({ name }) => vector[name.replace('c0.', '')]);
    expect(bands.reduce((sum, band) => sum + Math.exp(band), 0)).toBeCloseTo(1 / 4, 5);
  });

  test('every finite window gives finite features', () => {
    const extractor = createExtractor(plan);
    fc.assert(
      fc.property(windows(64), (x) => extractor(x).every(Number.isFinite)),
      { seed: 13, numRuns: 200 },
    );
  });

  test.each([0, 0.1, -3e30, 1e-40])('a window of nothing but %d gives finite features', (value) => {
    expect(createExtractor(plan)(new Float32Array(64).fill(value)).every(Number.isFinite)).toBe(true);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a single %d shows in the vector', (value) => {
    const x = Float32Array.from({ length: 64 }, (_, n) => Math.sin(n));
    x[5] = value;
    expect(createExtractor(plan)(x).every(Number.isFinite)).toBe(false);
  });
});

describe('slow', () => {
  const plan = spec('slow', 16, 2);

  test('a ramp: the slope is its rise over the window and its steps do not vary', () => {
    const x = Float32Array.from({ length: 32 }, (_, n) => (n < 16 ? 100 + n / 4 : 7));
    const vector = extract(plan, x);
    expect(vector['mean']).toBeCloseTo(101.875, 5);
    expect(vector['slope (per window)']).toBeCloseTo(15 / 4, 5);
    expect(vector['step sd (ln)']).toBeCloseTo(Math.log(0.01), 5);
    expect(vector['c1.sd (ln)']).toBeCloseTo(Math.log(0.01), 5);
  });

  test('every finite window gives finite features', () => {
    const extractor = createExtractor(plan);
    fc.assert(
      fc.property(windows(32), (x) => extractor(x).every(Number.isFinite)),
      { seed: 17, numRuns: 200 },
    );
  });
});

describe('calling', () => {
  test('channels come one after another, each as if it were alone', () => {
    const both = Float32Array.from({ length: 128 }, (_, n) => Math.sin(n * n));
    const one = createExtractor(spec('vibration', 64));
    const vector = createExtractor(spec('vibration', 64, 2))(both);
    expect([...vector]).toEqual([...one(both.slice(0, 64)), ...one(both.slice(64))]);
  });

  test('it fills the array it is given', () => {
    const extractor = createExtractor(spec('slow', 8));
    const out = new Float32Array(4);
    expect(extractor(new Float32Array(8), out)).toBe(out);
    expect(out[1]).toBeCloseTo(Math.log(0.01), 5);
  });

  test('wrong lengths are refused', () => {
    const extractor = createExtractor(spec('slow', 8, 2));
    expect(() => extractor(new Float32Array(8))).toThrow('samples: got 8 values, expected 2 channels of 8 samples');
    expect(() => extractor(new Float32Array(16), new Float32Array(4))).toThrow('out: got room for 4 features, expected 8');
  });
});
