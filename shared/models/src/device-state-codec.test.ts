import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { claimMovesMax, encodeAlert, noAmendments, noGuards, noLabels, noTeaching, type DeviceState } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { CodecError, type CodecErrorCode } from './codec-error.ts';
import { decodeDeviceState, deviceStateBytes, encodeDeviceState } from './device-state-codec.ts';
import { momentsOf, sample, states } from './device-states.fixture.ts';

/** A state with an open alert, as the release before labels and guards wrote it. */
const firstVersion =
  'VENTRAEAAADcAAAABgBwdW1wLTEEAHB1bXAEAGZlZWQAAIBW/rx4QgAAAAAAAAhAAAAAAAAAKEAAAAAAAADgvwEAAAAAAAAAAAAAAAEgAGJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiAAAAAAAAAEAAAAAAAADwPwAAAAAAAABAAAAAAAAACEAAAAAAAAAQQAAAAAAAAPA/AAAAAAAA0D8BAQAAAAIAAAAAAAAAAAAAQAAAAAAAAABAAAAAAAAACEAAAAAAAAAUQAAAgD8AAABAgE4s+Q==';

/** One with an alert of the model and of a guard open, and a dismissed guard, as the release before alerts had a pace wrote it. */
const fifthVersion =
  'VENTRAUAAABSAQAABgBwdW1wLTEEAHB1bXAEAGZlZWQAAIBW/rx4QgAAAAAAAAhAAAAAAAAAEEAAAAAAAADgvwUAAAAAAAAAAADwPwEgAGJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiAAAAAAAAEEAAAAAAAADwPwAAAAAAAABAAAAAAAAAHEAAAAAAAAAQQAAAAAAAAPA/AAAAAAAA0D8BAgAAAAAAAAAAAAAAAAAAQAAAAAAAAABAAAAAAAAA8D8AAAAAAAAAQAAAAAAAAAhAAAAAAAAAFEACAAAAAAAAAAAAAADw/wAAAAAAAAIAAwABAAIDAAABAAAAAAAA8D8AAAAAAADwPwAAAAAAAABAAAAAAAAACEAAAAAAAMByQAAAAAAAAGlAAQAAAAAAAAAAAAAAAAAAAAAAANA/AAAAAAAAAAAAAEm8rA8=';

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
  expect(codeOf(bytes.with(4, 7))).toBe('corrupt');
  const later = bytes.with(4, 7);
  new DataView(later.buffer).setUint32(later.length - 4, crc32(later.subarray(0, -4)), true);
  expect(codeOf(later)).toBe('newer_version');
  expect(codeOf(bytes.with(100, bytes[100] ^ 1))).toBe('corrupt');
});

test('NaN is not stored', () => {
  const broken = { ...sample, support: { ...sample.support, sum: sample.support.sum.with(3, NaN) } };
  expect(() => encodeDeviceState(broken)).toThrow('support.sum: NaN');
  expect(() => encodeDeviceState({ ...sample, frontierMs: Infinity })).toThrow('frontierMs: Infinity');
});

test('59 features fit into 8 KB with everything open and said, as the formula says: with ten raw windows, with any number apart from them', () => {
  const bytes = encodeDeviceState(sample);
  expect(bytes.length).toBe(deviceStateBytes(59, 16, 17 + 4 + 32 + 32 + 11));
  expect(deviceStateBytes(59, 10)).toBeLessThanOrEqual(8 * 1024);
  expect(deviceStateBytes(59, 50) - 50 * 59 * 4).toBeLessThanOrEqual(8 * 1024);
});

/** The state with the eight bytes of `from`, wherever they are, replaced by those of `to`, under a checksum that fits. */
function forged(state: DeviceState, from: number, to: number): Uint8Array {
  const bytes = Buffer.from(encodeDeviceState(state));
  const [wanted, put] = [from, to].map((value) => Buffer.from(Float64Array.of(value).buffer));
  const at = bytes.indexOf(wanted);
  expect(at).toBeGreaterThan(0);
  put.copy(bytes, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

describe('under a checksum that fits', () => {
  const with7 = (support: Partial<DeviceState['support']>): DeviceState => ({
    ...sample,
    support: { ...sample.support, ...support },
  });
  const odd = 7.25;
  test.each([
    ['a NaN among the sums', with7({ sum: sample.support.sum.with(5, odd) }), NaN, 'not_finite'],
    ['an infinite sum of squares', with7({ sumSquares: sample.support.sum.with(5, odd) }), Infinity, 'not_finite'],
    ['a negative count', with7({ count: odd }), -1, 'malformed'],
    ['a negative number of windows learnt', with7({ learned: odd }), -1, 'malformed'],
    ['a frontier beyond all time', { ...sample, frontierMs: odd }, 1e17, 'malformed'],
    ['an excess that cannot be', { ...sample, scoreExcess: odd }, -0.5, 'malformed'],
    [
      'a NaN in what it can go back to',
      { ...sample, teaching: { ...sample.teaching, before: { ...momentsOf(3), learned: odd } } },
      NaN,
      'not_finite',
    ],
  ] as const)('%s is refused', (_, state, value, code) => {
    expect(codeOf(forged(state, odd, value))).toBe(code);
  });

  test('raw windows that are not whole are refused', () => {
    expect(codeOf(encodeDeviceState(with7({ reservoir: new Float32Array(60) })))).toBe('malformed');
  });

  test('a value larger than any state is refused unread', () => {
    const huge = new Uint8Array(16 * 2 ** 20 + 1);
    huge.set(encodeDeviceState(sample));
    expect(codeOf(huge)).toBe('oversized');
  });
});

/** The state as an earlier release wrote it: without its last `bytesTooMany`, and with `tail` in their place. */
function written(version: number, state: DeviceState, bytesTooMany: number, tail = Buffer.alloc(0)): Buffer {
  const old = Buffer.concat([encodeDeviceState(state).subarray(0, -bytesTooMany - 4), tail, Buffer.alloc(4)]);
  old.writeUInt16LE(version, 4);
  old.writeUInt32LE(old.length, 8);
  old.writeUInt32LE(crc32(old.subarray(0, -4)), old.length - 4);
  return old;
}

/** Nothing of it was written otherwise up to version 5. */
const asEver: DeviceState = { ...sample, incident: { recent: 0b1011, calm: 1, open: null }, guards: noGuards };

test('a state of version 3 is read, with nothing waiting to be learnt', () => {
  const { amendments: _, claim: __, changes: ___, ...plain } = asEver;
  const state = { ...plain, teaching: noTeaching };
  expect(decodeDeviceState(written(3, state, 6))).toEqual(state);
});

test('a state of version 4 is read, amended or not, as one that no partition has claimed and no change is known of', () => {
  const { amendments, claim: _, changes: __, ...plain } = asEver;
  expect(decodeDeviceState(written(4, plain, 1))).toEqual(plain);
  const tail = Buffer.alloc(16);
  tail.writeDoubleLE(amendments!.at, 0);
  tail.writeDoubleLE(amendments!.sealedMs, 8);
  expect(decodeDeviceState(written(4, plain, 1, tail))).toEqual({ ...plain, amendments });
});

test('a claim comes back, none stays none, and one that has passed too often is refused', () => {
  const { claim, ...plain } = sample;
  expect(decodeDeviceState(encodeDeviceState({ ...plain, claim: claim! })).claim).toEqual(claim);
  expect(decodeDeviceState(encodeDeviceState(plain))).not.toHaveProperty('claim');
  expect(codeOf(encodeDeviceState({ ...sample, claim: { ...claim!, moves: claimMovesMax + 1 } }))).toBe('malformed');
});

test('what may have changed its alarms comes back, a bundle, a label or nothing, and none stays none', () => {
  const { changes, ...plain } = sample;
  expect(decodeDeviceState(encodeDeviceState(plain))).not.toHaveProperty('changes');
  const label = { kind: 'label', windows: 255, over: 0, subjectKey: 'dddddddddddddddd' } as const;
  for (const watched of [changes!.watched, label, null]) {
    const state = { ...plain, changes: { ...changes!, watched } };
    expect(decodeDeviceState(encodeDeviceState(state))).toEqual(state);
  }
  expect(codeOf(encodeDeviceState({ ...plain, changes: { ...changes!, overShare: 1.5 } }))).toBe('malformed');
});

test('what is owed comes back to the last byte, and none stays none', () => {
  const figures = { startMs: 1, endMs: 2.5, windows: 3, score: 4.25, threshold: 1, pValue: 1e-5, contributions: [] };
  const about = { deviceId: 'pümp', deviceClass: 'pump', severity: 'warning', modelVersion: 3, supportWindows: 12 } as const;
  const closing = { alertId: 'a', revision: 2, state: 'closed', ...figures, ...about, message: 'closed by Ada: real.' } as const;
  const owed = [closing, { ...closing, guard: 'drift' as const }];
  const back = decodeDeviceState(encodeDeviceState({ ...sample, owed }));
  expect(back.owed).toEqual(owed);
  expect(back.owed!.map(encodeAlert)).toEqual(owed.map(encodeAlert));
  expect(decodeDeviceState(encodeDeviceState({ ...sample, owed: [] }))).not.toHaveProperty('owed');
});

test('what was amended comes back, and none stays none', () => {
  const { amendments: _, ...plain } = sample;
  expect(decodeDeviceState(encodeDeviceState(plain))).not.toHaveProperty('amendments');
  expect(decodeDeviceState(encodeDeviceState(sample)).amendments).toEqual(sample.amendments);
  const unsealed = { ...sample, amendments: noAmendments };
  expect(decodeDeviceState(encodeDeviceState(unsealed))).toEqual(unsealed);
});

test('the frame of its sums comes back, and none stays none', () => {
  const framed = { ...sample, support: { ...sample.support, frame: 0xffff_fffe } };
  expect(decodeDeviceState(encodeDeviceState(framed)).support).toEqual(framed.support);
  expect(decodeDeviceState(encodeDeviceState(sample)).support).not.toHaveProperty('frame');
});

test('a state of version 1 is read, with nothing said by operators or guards', () => {
  expect(decodeDeviceState(Buffer.from(firstVersion, 'base64'))).toMatchObject({
    deviceId: 'pump-1',
    frontierMs: 1_700_000_000_000,
    revision: 0,
    support: { learned: 2, reservoir: Float32Array.of(1, 2) },
    incident: { open: { revision: 2, severity: 'critical' } },
    labels: noLabels,
    guards: noGuards,
    teaching: noTeaching,
  });
});

test('a state of version 5 is read: what is open goes on, and how often it was opened is not known', () => {
  const read = decodeDeviceState(Buffer.from(fifthVersion, 'base64'));
  const alert = { alertId: 'b'.repeat(32), revision: 4, startMs: 1, endMs: 2, windows: 7, score: 4, threshold: 1, pValue: 0.25 };
  expect(read.incident).toEqual({ recent: 5, calm: 1, open: { ...alert, severity: 'critical' } });
  const range = { revision: 1, startMs: 1, endMs: 2, windows: 3, value: 300, bound: 200, channel: 1 };
  expect(read.guards.lives).toEqual({
    silent: { over: 3, calm: 0, isDismissed: true, open: null },
    range: { over: 3, calm: 0, isDismissed: false, open: range },
  });
  expect(decodeDeviceState(encodeDeviceState(read))).toEqual(read);
});
