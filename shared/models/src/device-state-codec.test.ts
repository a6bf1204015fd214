import * as fc from 'fast-check';
import type { DeviceState } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { CodecError, type CodecErrorCode } from './codec-error.ts';
import { decodeDeviceState, deviceStateBytes, encodeDeviceState } from './device-state-codec.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const count = fc.nat();
const open = fc.record({
  alertId: fc.string({ unit: 'grapheme' }),
  revision: count,
  startMs: finite,
  endMs: finite,
  windows: count,
  score: finite,
  threshold: finite,
  pValue: finite,
  severity: fc.constantFrom('warning' as const, 'critical' as const),
});
const states: fc.Arbitrary<DeviceState> = fc.integer({ min: 0, max: 6 }).chain((d) =>
  fc.record({
    deviceId: fc.string({ unit: 'grapheme' }),
    deviceClass: fc.string(),
    specHash: fc.string(),
    frontierMs: fc.oneof(finite, fc.constant(-Infinity)),
    support: fc.record({
      count: finite,
      learned: count,
      sum: fc.float64Array({ minLength: d, maxLength: d, noNaN: true, noDefaultInfinity: true }),
      sumSquares: fc.float64Array({ minLength: d, maxLength: d, noNaN: true, noDefaultInfinity: true }),
      reservoir: fc.float32Array({ maxLength: 30, noNaN: true, noDefaultInfinity: true }),
    }),
    scored: count,
    modelVersion: count,
    scoreMedian: finite,
    incident: fc.record({ recent: fc.nat(0xffffffff), calm: count, open: fc.option(open) }),
  }),
);

const sample: DeviceState = {
  deviceId: 'plant-7/pump-0123',
  deviceClass: 'pump',
  specHash: 'a'.repeat(32),
  frontierMs: 1_700_000_000_000,
  support: {
    count: 16,
    learned: 16,
    sum: new Float64Array(59).fill(1.5),
    sumSquares: new Float64Array(59).fill(2.5),
    reservoir: new Float32Array(16 * 59).fill(0.25),
  },
  scored: 12,
  modelVersion: 3,
  scoreMedian: -0.3,
  incident: {
    recent: 0b1011,
    calm: 0,
    open: {
      alertId: 'b'.repeat(32),
      revision: 2,
      startMs: 1,
      endMs: 2,
      windows: 3,
      score: 4,
      threshold: 1,
      pValue: 1e-5,
      severity: 'critical',
    },
  },
};

/** The code with which decoding fails; fails the test where it does not. */
function codeOf(bytes: Uint8Array): CodecErrorCode {
  try {
    decodeDeviceState(bytes);
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
  throw new Error('decoded without an error');
}

test('what was written is read, also from the middle of a larger buffer', () => {
  fc.assert(
    fc.property(states, (state) => {
      const bytes = encodeDeviceState(state);
      const shifted = new Uint8Array(bytes.length + 7);
      shifted.set(bytes, 3);
      expect(decodeDeviceState(shifted.subarray(3, 3 + bytes.length))).toEqual(state);
    }),
    { seed: 1 },
  );
});

test('every changed byte is noticed', () => {
  const bytes = encodeDeviceState(sample);
  for (let at = 0; at < bytes.length; at++) {
    const broken = bytes.slice();
    broken[at] ^= 1 + ((at * 37) % 255);
    expect(['corrupt', 'foreign', 'newer_version', 'truncated']).toContain(codeOf(broken));
  }
});

test('every cut is noticed, and so is a byte too many', () => {
  const bytes = encodeDeviceState(sample);
  for (let length = 0; length < bytes.length; length++) expect(codeOf(bytes.subarray(0, length))).toBe('truncated');
  expect(codeOf(Uint8Array.of(...bytes, 0))).toBe('corrupt');
});

test('says what is wrong', () => {
  const bytes = encodeDeviceState(sample);
  expect(codeOf(new TextEncoder().encode('{"json": true}'))).toBe('foreign');
  expect(codeOf(bytes.with(4, 2))).toBe('newer_version');
  expect(codeOf(bytes.with(100, bytes[100] ^ 1))).toBe('corrupt');
});

test('NaN is not stored', () => {
  const broken = { ...sample, support: { ...sample.support, sum: sample.support.sum.with(3, NaN) } };
  expect(() => encodeDeviceState(broken)).toThrow('support.sum: NaN');
  expect(() => encodeDeviceState({ ...sample, frontierMs: Infinity })).toThrow('frontierMs: Infinity');
});

test('a device of 59 features with 16 support windows fits into 8 KB, as the formula says', () => {
  const bytes = encodeDeviceState(sample);
  expect(bytes.length).toBe(deviceStateBytes(59, 16, 17 + 4 + 32 + 32));
  expect(deviceStateBytes(59, 16)).toBeLessThan(8 * 1024);
});
