import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { announcementKey, isCanary } from './canary.ts';

const devices = Array.from({ length: 4000 }, (_, i) => `plant-7/pump-${i}`);
const chosen = (version: number, share: number) => devices.filter((deviceId) => isCanary('pump', version, deviceId, share));

/** How far the number of successes may be from what is expected: five standard deviations of a binomial one. */
const margin = (share: number) => 5 * Math.sqrt(devices.length * share * (1 - share)) + 1;

test('a share of the devices is chosen, and versions choose independently', () => {
  const anyShare = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), anyShare, (version, share) => {
      const some = chosen(version, share);
      expect(Math.abs(some.length - share * devices.length)).toBeLessThanOrEqual(margin(share));
      // Of those of one version the next one chooses as many as of all.
      const both = some.filter((deviceId) => isCanary('pump', version + 1, deviceId, share));
      expect(Math.abs(both.length - share ** 2 * devices.length)).toBeLessThanOrEqual(margin(share ** 2));
    }),
    { seed: 1, numRuns: 50 },
  );
});

test('nobody of nothing, everybody of all, and a larger share has all of a smaller one', () => {
  expect(chosen(3, 0)).toEqual([]);
  expect(chosen(3, 1)).toEqual(devices);
  const larger = new Set(chosen(3, 0.2));
  expect(chosen(3, 0.1).every((deviceId) => larger.has(deviceId))).toBe(true);
});

test('a canary, and its end, have a key of their own in the compacted topic', () => {
  expect(announcementKey({ deviceClass: 'pump' })).toBe('pump');
  expect(announcementKey({ deviceClass: 'pump', stage: 'current' })).toBe('pump');
  expect(announcementKey({ deviceClass: 'pump', stage: 'canary' })).toBe('pump/canary');
  expect(announcementKey({ deviceClass: 'pump', stage: 'withdrawn' })).toBe('pump/canary');
});
