import { expect, test } from 'vitest';
import { createDeviceClock } from '@tocsin/windows';
import { loadConfig } from '@tocsin/config';
import { quantileOf, watermarkDelays } from './watermark-delays.ts';

const file = 'classes: { pump: { channels: [a], rateHz: 100, idleMs: 60000, window: { latenessMs: 1000 } } }';
const deviceClass = loadConfig({ file, env: {} }).classes['pump'];
const device = (headMs: number, lastSeenMs: number) => ({
  clock: { ...createDeviceClock<never>(), headMs },
  deviceClass,
  lastSeenMs,
});

// log time 100 s, clock 110 s; watermarks a second behind the newest sample
//
//   a ──────────────────────┤ 99 s       -> 12 s
//   b ───────────────┤ 70 s              -> 41 s
//   c ───┤ 39 s, silent for a minute     -> left out
//   d      only what waits so far        -> left out
test('devices that send count by their watermark, silent ones and new ones not', () => {
  const devices = new Map([
    ['b', device(70_000, 75_000)],
    ['a', device(99_000, 99_500)],
    ['c', device(39_000, 39_500)],
    ['d', device(-Infinity, 99_000)],
  ]);
  expect(watermarkDelays([{ logTimeMs: 100_000, devices }], 110_000)).toEqual(new Map([['pump', [12, 41]]]));
});

test('quantiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  expect([quantileOf(hundred, 0.5), quantileOf(hundred, 0.95), quantileOf([7], 0.95), quantileOf([], 0.5)]).toEqual([
    50,
    95,
    7,
    Number.NaN,
  ]);
});
