import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { ModelBundle } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { checksumOf, decodeBundle, encodeBundle } from './bundle-codec.ts';
import { CodecError } from './codec-error.ts';
import { scoreWindow } from './score.ts';
import { deviceOf, headOf, learnedInitialisation, seeded, specOf, supportOf } from './test-fleet.ts';

const d = 4;

function bundleOf(seed: number, withHead: boolean): ModelBundle {
  return {
    version: 3,
    deviceClass: 'pümp',
    createdAtMs: 1_700_000_000_000,
    spec: specOf(d),
    initialisation: { ...learnedInitialisation(seed, d), head: withHead ? headOf(seed, d) : null },
    calibration: {
      shots: [5, 10],
      tail: [0.5, 0.01, 1e-4],
      quantiles: [Float64Array.of(0, 1, 2), Float64Array.of(0.5, 1, 1.5)],
      medians: [0, 0.5],
      devices: 12,
    },
    metrics: {
      learner: withHead ? 'head-pooled' : 'eb',
      candidates: [
        { learner: 'eb', auroc: 0.9, gain: 0, error: null, devices: 1, judgedOn: 'pseudo-anomalies' },
        { learner: 'head-pooled', auroc: 0.95, gain: 0.05, error: 0.02, devices: 6, judgedOn: 'labels' },
      ],
      algorithm: 'eb',
      backend: 'none',
      devicesTrained: 6,
      devicesHeldOut: 2,
      windows: 240,
      heldOutAuroc: { closedForm: 0.9, head: withHead ? 0.95 : null, previous: null },
      verdict: 'first of its class',
      seconds: 1.5,
    },
  };
}

const bytes = encodeBundle(bundleOf(1, true));

test('what was counted for budgets, from no shots on, and what watched devices score come back', () => {
  const bundle = bundleOf(2, false);
  const openings = {
    raiseCount: 3,
    raiseOf: 5,
    clearCount: 4,
    rates: [Float64Array.of(0.1, 0.01, 1e-5), Float64Array.of(0.2, 0.02, 2e-5)],
    counted: [0.01, 0.2],
  };
  const calibration = { ...bundle.calibration, shots: [0, 10], openings, watched: Float64Array.of(0, 3, 7) };
  const whole = { ...bundle, calibration };
  expect(decodeBundle(encodeBundle(whole))).toEqual(whole);
  const harder = { ...whole, calibration: { ...calibration, openings: { ...openings, clearFactor: 10 } } };
  expect(decodeBundle(encodeBundle(harder))).toEqual(harder);
  expect(decodeBundle(encodeBundle(bundle)).calibration).not.toHaveProperty('openings');
  const flat = { ...openings, rates: openings.rates.map(() => new Float64Array(3).fill(0.1)) };
  expect(() => encodeBundle({ ...bundle, calibration: { ...calibration, openings: flat } })).toThrow('openings.rates');
});

/** The code with which decoding fails; fails the test where it does not. */
function codeOf(broken: Uint8Array): string {
  try {
    decodeBundle(broken);
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
  throw new Error('decoded without an error');
}

/** Changes the JSON header and writes a digest that fits, as a faulty writer of the same version would. */
function withHeader(change: (text: string) => string): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = 16 + view.getUint32(12, true);
  const header = Buffer.from(change(Buffer.from(bytes.subarray(16, end)).toString()));
  const body = Buffer.concat([bytes.subarray(0, 16), header, bytes.subarray(end, bytes.length - 32)]);
  body.writeUInt32LE(body.length + 32, 8);
  body.writeUInt32LE(header.length, 12);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

describe('a bundle', () => {
  test.each([true, false])('survives, with a head: %s', (withHead) => {
    fc.assert(
      fc.property(fc.nat(20), (seed) => {
        const bundle = bundleOf(seed, withHead);
        expect(decodeBundle(encodeBundle(bundle))).toEqual(bundle);
      }),
      { seed: 1, numRuns: 10 },
    );
  });

  test('carries an own part; without one it has the bytes that it had before there were own parts', () => {
    const bundle = bundleOf(1, false);
    const withOwn = { ...bundle, initialisation: { ...bundle.initialisation, own: { share: 0.5, nu: 5e-5 } } };
    expect(decodeBundle(encodeBundle(withOwn))).toEqual(withOwn);
    expect(Buffer.from(encodeBundle(bundle)).includes('"own"')).toBe(false);
    for (const own of [
      { share: 0, nu: 1 },
      { share: 1.5, nu: 1 },
      { share: 1, nu: 0 },
    ]) {
      const wrong = { ...bundle, initialisation: { ...bundle.initialisation, own } };
      expect(() => encodeBundle(wrong)).toThrow(expect.objectContaining({ code: 'malformed' }));
    }
  });

  test('keeps the figures of its comparison with the one before', () => {
    const bundle = bundleOf(1, false);
    const overPrevious = [
      { period: 'later' as const, gain: 0.01, error: 0.02, devices: 4 },
      { period: 'recent' as const, gain: -0.01, error: null, devices: 1 },
    ];
    const rates = { alarmRateInUse: 0.01, alarmRate: 0.02, foundInUse: 0.6, found: 0.7, scoreShift: -0.1 };
    const metrics = { ...bundle.metrics, overPrevious, shadow: { devices: 3, windows: 90, ...rates } };
    expect(decodeBundle(encodeBundle({ ...bundle, metrics }))).toEqual({ ...bundle, metrics });
  });

  test('says which one it restores; that has to be an earlier one', () => {
    const restored: ModelBundle = { ...bundleOf(1, false), restores: 1 };
    expect(decodeBundle(encodeBundle(restored))).toEqual(restored);
    expect(decodeBundle(encodeBundle(bundleOf(1, false)))).not.toHaveProperty('restores');
    expect(() => encodeBundle({ ...restored, restores: 3 })).toThrow('restores: 3, expected one before version 3');
  });

  test('scores the same after its journey, bit for bit', () => {
    const { windows } = deviceOf('p', seeded(1), 10, d);
    const [before, after] = [bundleOf(2, true), decodeBundle(encodeBundle(bundleOf(2, true)))].map(({ initialisation }) =>
      scoreWindow(adapt(initialisation, supportOf(windows, d)), windows.subarray(0, d)),
    );
    expect(after).toBe(before);
  });

  test('from before there were candidates can still be read', () => {
    const old = withHeader((text) => {
      const { metrics, ...header } = JSON.parse(text);
      delete metrics.learner;
      delete metrics.candidates;
      return JSON.stringify({ ...header, metrics });
    });
    expect(decodeBundle(old).metrics).toMatchObject({ learner: 'eb', algorithm: 'eb', candidates: [] });
  });

  test('equal bundles give equal bytes, and the checksum is that of the bytes', () => {
    expect(encodeBundle(bundleOf(1, true))).toEqual(bytes);
    expect(checksumOf(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

test('what a bundle was learned from comes back', () => {
  const learnedFrom = {
    positions: [{ topic: 'windows', partition: 0, offset: 7 }],
    devices: 3,
    windows: 60,
    digest: 'abc',
    seed: 1,
    storeSeed: 2,
    refused: [{ deviceId: 'p9', reason: 'its normals look like anomalies' }],
  };
  const taught: ModelBundle = { ...bundleOf(1, false), learnedFrom };
  expect(decodeBundle(encodeBundle(taught))).toEqual(taught);
  expect(decodeBundle(encodeBundle(bundleOf(1, false)))).not.toHaveProperty('learnedFrom');
});

describe('broken bytes', () => {
  test('every changed byte is noticed', () => {
    for (let at = 0; at < bytes.length; at++) {
      expect(['corrupt', 'foreign', 'newer_version', 'truncated']).toContain(
        codeOf(bytes.with(at, bytes[at] ^ (1 + ((at * 37) % 255)))),
      );
    }
  });

  test('every cut is noticed', () => {
    for (let length = 0; length < bytes.length; length++) expect(codeOf(bytes.subarray(0, length))).toBe('truncated');
  });

  test('a newer format and a foreign file say so', () => {
    const later = bytes.with(4, 9);
    later.set(createHash('sha256').update(later.subarray(0, -32)).digest(), later.length - 32);
    expect(codeOf(later)).toBe('newer_version');
    expect(codeOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0, 0, 0, 0))).toBe('foreign');
  });

  test.each([
    ['not JSON', (text: string) => text.slice(1)],
    ['another d', (text: string) => text.replace('"d":4', '"d":5')],
    ['more hidden units than weights', (text: string) => text.replace('"hidden":4', '"hidden":400')],
    ['fewer hidden units than weights', (text: string) => text.replace('"hidden":4', '"hidden":3')],
    ['shots that do not rise', (text: string) => text.replace('"shots":[5,10]', '"shots":[10,5]')],
    ['a tail that rises', (text: string) => text.replace('[0.5,0.01,', '[0.01,0.5,')],
    ['an unknown unit', (text: string) => text.replace('"unit":"value"', '"unit":"furlong"')],
    ['a missing metric', (text: string) => text.replace('"seconds"', '"minutes"')],
  ])('a checksum that fits around %s is malformed', (_, change) => {
    expect(codeOf(withHeader(change))).toBe('malformed');
  });
});

describe('is not published', () => {
  const base = bundleOf(1, true);
  test.each([
    [
      'a NaN in a section',
      'not_finite',
      { ...base, initialisation: { ...base.initialisation, m0: Float64Array.of(0, NaN, 0, 0) } },
    ],
    ['an infinite metric', 'not_finite', { ...base, metrics: { ...base.metrics, seconds: Infinity } }],
    ['a kappa of 0', 'malformed', { ...base, initialisation: { ...base.initialisation, kappa: new Float64Array(d) } }],
    ['a spec of another size', 'malformed', { ...base, spec: specOf(3) }],
    [
      'a section of another size',
      'malformed',
      { ...base, initialisation: { ...base.initialisation, whitening: new Float64Array(9) } },
    ],
  ])('%s (%s)', (_, code, bundle) => {
    expect(() => encodeBundle(bundle)).toThrow(expect.objectContaining({ code, isRetriable: false }));
  });
});
