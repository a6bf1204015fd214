import { NotApplicable } from '@tocsin/models';
import { createRandom, normal } from '@tocsin/signals';
import { describe, expect, test } from 'vitest';
import { slowSpec } from '../slow-fleet.fixture.ts';
import { ownWindows } from './own-windows.ts';

const spec = slowSpec();
const d = spec.elements.length;
const nothing = new Float32Array(0);

function windowsAround(seed: number, n: number, centre: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n * d }, () => centre + 0.1 * normal(random));
}

describe('ownWindows', () => {
  const { adapt, calibrationOf } = ownWindows(spec, 'no model');

  test('tells what is unlike the support, and its threshold lies between', async () => {
    const support = windowsAround(1, 10, 5);
    const score = await adapt(support, nothing);
    const calm = score(windowsAround(2, 1, 5));
    const calibration = calibrationOf?.(support) ?? null;
    const threshold = calibration?.quantiles[0][calibration.tail.indexOf(0.01)] ?? Number.NaN;
    expect(calm).toBeLessThan(threshold);
    expect(score(windowsAround(3, 1, 8))).toBeGreaterThan(threshold);
    expect(calibration).toMatchObject({ shots: [10], devices: 1 });
  });

  test('says what it needs; has no threshold for three windows; is finite on a support that never changes', async () => {
    expect(() => adapt(windowsAround(1, 1, 5), nothing)).toThrow(NotApplicable);
    expect(calibrationOf?.(windowsAround(1, 3, 5))).toBeNull();
    const constant = new Float32Array(6 * d).fill(3);
    const score = await adapt(constant, nothing);
    expect(Number.isFinite(score(constant.subarray(0, d)))).toBe(true);
    expect(Number.isFinite(score(windowsAround(4, 1, 4)))).toBe(true);
    expect([...(calibrationOf?.(constant)?.quantiles[0] ?? [Number.NaN])].every(Number.isFinite)).toBe(true);
  });
});
