import { parseDeviceClass } from '@tocsin/config';
import type { Reading } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { checkReading } from './check-reading.ts';

const slow = parseDeviceClass('slow', { channels: ['x'], rateHz: 1, window: { samples: 8, hop: 1 } });
const nowMs = Date.UTC(2026, 0, 1);

function reasonOf(change: Partial<Reading>, logMs = nowMs): string {
  const samples = Float32Array.of(1, 2);
  const reading = { deviceId: 'd', deviceClass: 'slow', startMs: nowMs, rateHz: 1, channels: ['x'], samples, ...change };
  const decoded = checkReading(reading, new Map([['slow', slow]]), logMs);
  return 'reading' in decoded ? 'taken' : decoded.rejection.reason;
}

test('ids are as long as every store takes them, counted in bytes', () => {
  expect(reasonOf({ deviceId: 'x'.repeat(512) })).toBe('taken');
  expect(reasonOf({ deviceId: 'ü'.repeat(256) })).toBe('taken');
  expect(reasonOf({ deviceId: 'ü'.repeat(257) })).toBe('invalid_device');
});

test('a frame is as long as may be walked at one go', () => {
  const startMs = nowMs - 20_000_000;
  expect(reasonOf({ startMs, samples: new Float32Array(10_000) })).toBe('taken');
  expect(reasonOf({ startMs, samples: new Float32Array(10_001) })).toBe('long_frame');
});

test('times stay where sample numbers are exact, also where the record says the same', () => {
  expect(reasonOf({ startMs: 8e15 }, 8e15)).toBe('invalid_timestamp');
  expect(reasonOf({ startMs: Date.UTC(2199, 0, 1) }, Date.UTC(2199, 0, 1))).toBe('taken');
});
