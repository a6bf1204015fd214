import { expect, test } from 'vitest';
import { readingEndMs } from '@tocsin/schemas';

test('a reading ends one sample period after its last sample', () => {
  const reading = {
    deviceId: 'p',
    deviceClass: 'pump',
    startMs: 1000,
    rateHz: 4,
    channels: ['x', 'y'],
    samples: new Float32Array(8),
  };
  expect(readingEndMs(reading)).toBe(2000);
});
