import { parseDeviceClass } from '@tocsin/config';
import { claimMovesMax, type Claim, type DeviceState } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { claimDevice, refuseOthers } from './claims.ts';
import { deviceThatLearnt } from './tracked-device.fixture.ts';

// Windows of 10 s every 10 s, idle after 20 s, nothing late: a claim lapses 1.5 * 20 + 10 + 10 = 50 s after its device was seen.
const deviceClass = {
  ...parseDeviceClass('pump', { channels: ['x'], rateHz: 1, idleMs: 20_000 }),
  window: { samples: 10, hop: 10, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
};
const claim: Claim = { place: 't:0', fromOffset: 0, seenMs: 100_000, moves: 0 };

function recordAt(partition: number, timestampMs: number, offset = 7): LogRecord {
  return { topic: 't', partition, offset, timestampMs, key: null, value: null, headers: {} };
}

function stateWith(claimed?: Claim): DeviceState {
  const { state } = deviceThatLearnt(0);
  return {
    ...state,
    frontierMs: 90_000,
    amendments: { at: 99, sealedMs: 5 },
    ...(claimed === undefined ? {} : { claim: claimed }),
  };
}

test('whoever meets a device that nobody has claimed takes it, from the start of the partition', () => {
  const state = stateWith();
  expect(claimDevice(state, deviceClass, recordAt(1, 50_000))).toBeNull();
  expect(state.claim).toEqual({ place: 't:1', fromOffset: 0, seenMs: 50_000, moves: 0 });
});

test('nothing changes where the device belongs', () => {
  const state = stateWith(claim);
  expect(claimDevice(state, deviceClass, recordAt(0, 1e9))).toBeNull();
  expect(state.claim).toEqual(claim);
});

test('in a topic that was made anew its offsets begin again', () => {
  const moved = { ...claim, fromOffset: 1000, moves: 1 };
  const [read, anew] = [stateWith(moved), stateWith(moved)];
  expect(claimDevice(read, deviceClass, recordAt(0, 100_000))).toBeNull();
  expect(read.claim).toEqual(moved);
  expect(claimDevice(anew, deviceClass, recordAt(0, 100_001))).toBeNull();
  expect(anew.claim).toEqual({ ...moved, fromOffset: 0 });
});

//   t:0 | a a a|                        seen last at 100 s
//   t:1 |     x x x x x x x x|a a a     refused until 150 s, then its own
test('elsewhere its records are refused until it has been silent for long where it belongs', () => {
  const state = stateWith(claim);
  expect(claimDevice(state, deviceClass, recordAt(1, 150_000))).toMatchObject({
    untilMs: 150_000,
    rejection: { reason: 'other_partition', message: expect.stringContaining('t:0') },
  });
  expect(state).toEqual(stateWith(claim));
  expect(claimDevice(state, deviceClass, recordAt(1, 150_001))).toBeNull();
  expect(state.claim).toEqual({ place: 't:1', fromOffset: 7, seenMs: 150_001, moves: 1 });
  expect(state.amendments).toEqual({ at: -1, sealedMs: 90_000 });
});

test('a claim that has passed too often stays where it is', () => {
  const state = stateWith({ ...claim, moves: claimMovesMax });
  expect(claimDevice(state, deviceClass, recordAt(1, 1e9))).toHaveProperty('rejection');
});

test('what lies before the claim of a partition was refused, and is again', () => {
  const device = deviceThatLearnt(0);
  device.state.claim = { ...claim, fromOffset: 7 };
  const reading = { deviceId: 'p', deviceClass: 'pump', startMs: 0, rateHz: 1, channels: ['x'], samples: new Float32Array(1) };
  const records = [6, 7].map((offset) => recordAt(0, 0, offset));
  const outcomes = refuseOthers({ devices: new Map([['p', device]]), refused: new Map() }, records, [{ reading }, { reading }]);
  expect(outcomes).toMatchObject([{ rejection: { reason: 'other_partition' } }, { reading }]);
});
