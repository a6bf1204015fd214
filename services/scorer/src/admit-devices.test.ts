import type { Decoded } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { admitDevices } from './admit-devices.ts';

const of = (deviceId: string): Decoded => ({
  reading: { deviceId, deviceClass: 'c', startMs: 0, rateHz: 1, channels: ['x'], samples: new Float32Array(1) },
});
const outcomes = (decoded: readonly Decoded[]) => decoded.map((each) => ('reading' in each ? 'taken' : each.rejection.reason));

const held = { devices: new Map([['a', 1]]), refused: new Map() };

//   held: a        slice: b  a  c  b  d          most 3
//                         ok ok ok ok refused
test('new devices are taken until there are as many as may be held; those that are there always are', () => {
  const decoded = ['b', 'a', 'c', 'b', 'd'].map(of);
  expect(outcomes(admitDevices(held, decoded, 3))).toEqual(['taken', 'taken', 'taken', 'taken', 'too_many_devices']);
  expect(outcomes(admitDevices(held, decoded, 1))).toEqual([
    'too_many_devices',
    'taken',
    'too_many_devices',
    'too_many_devices',
    'too_many_devices',
  ]);
});

test('what was refused before stays as it was', () => {
  const refused: Decoded = { rejection: { reason: 'empty_record', message: '' } };
  expect(admitDevices(held, [refused], 0)).toEqual([refused]);
});
