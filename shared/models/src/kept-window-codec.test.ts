// Samples come back to half a step of 65,535 between the least and the greatest of their channel.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptWindowKey, keptWindowsMax, type KeptWindow } from '@tocsin/schemas';
import { CodecError } from './codec-error.ts';
import { decodeKeptWindow, encodeKeptWindow } from './kept-window-codec.ts';

const window: KeptWindow = {
  deviceId: 'насос 🛠️',
  alertId: 'a1',
  windowId: 'w1',
  startMs: 1_770_000_000_000.25,
  endMs: 1_770_000_000_250.25,
  rateHz: 4300,
  channels: ['x', 'y', 'flat'],
  samples: Float32Array.of(-1, 0.5, 1, 100, 200, 300, 7, 7, 7),
};

test('what is kept comes back, each channel in a range of its own', () => {
  const { samples, ...rest } = decodeKeptWindow(encodeKeptWindow(window)!);
  expect({ ...rest, samples: window.samples }).toEqual(window);
  const ranges = [2, 200, 0];
  samples.forEach((value, i) =>
    expect(Math.abs(value - window.samples[i])).toBeLessThanOrEqual(ranges[Math.floor(i / 3)] / 65_535 + 1e-6),
  );
});

test('two bytes a sample and a hundred or so for the rest', () => {
  const samples = new Float32Array(2 * 1024).map((_, i) => Math.sin(i));
  expect(encodeKeptWindow({ ...window, channels: ['x', 'y'], samples })!.length).toBeLessThan(2 * 2048 + 200);
});

test('what nobody would read is not kept', () => {
  expect(encodeKeptWindow({ ...window, channels: ['x'], samples: new Float32Array(3_000_000) })).toBeNull();
  expect(() => encodeKeptWindow({ ...window, samples: Float32Array.of(1, 2, Number.NaN, 1, 2, 3, 1, 2, 3) })).toThrow(CodecError);
});

test('damage is told, wherever it is', () => {
  const bytes = encodeKeptWindow(window)!;
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, isCut) => {
      const damaged = isCut ? bytes.slice(0, at) : bytes.map((byte, i) => (i === at ? byte ^ change : byte));
      expect(() => decodeKeptWindow(damaged)).toThrow(CodecError);
    }),
    { seed: 1 },
  );
});

test('a device has so many places, each alert one of them', () => {
  const keys = new Set(Array.from({ length: 200 }, (_, i) => keptWindowKey('pump-3', `alert ${i}`)));
  expect(keys.size).toBe(keptWindowsMax);
  expect(keptWindowKey('pump-3', 'a1')).toBe(keptWindowKey('pump-3', 'a1'));
  expect([...keys].every((key) => key.startsWith('tocsin:{pump-3}:window:'))).toBe(true);
});
