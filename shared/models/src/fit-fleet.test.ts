import * as fc from 'fast-check';
import type { Initialisation } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { fitFleet, startNu } from './fit-fleet.ts';
import { deviceOf, fleetOf, seeded } from './test-fleet.ts';

const vectorsOf = ({ location, scale, m0, within, between, whitening, kappa, nu, omega }: Initialisation) =>
  Object.entries({ location, scale, m0, within, between, whitening, kappa, nu, omega });

/** Names of the vectors with a value that is not finite. */
function brokenIn(initialisation: Initialisation): string[] {
  return vectorsOf(initialisation).flatMap(([name, values]) => (values.every(Number.isFinite) ? [] : [name]));
}

describe('a fleet with spread between devices', () => {
  const fitted = fitFleet(fleetOf(1, 40, 100, 5), 5);

  test('finds location, scale and the ratio of variances it was made with (within 1, between 4)', () => {
    for (let j = 0; j < 5; j++) {
      expect(Math.abs(fitted.location[j] - 5)).toBeLessThan(1);
      expect(fitted.scale[j]).toBeGreaterThan(0.9);
      expect(fitted.scale[j]).toBeLessThan(1.15);
      expect(fitted.kappa[j]).toBeGreaterThan(0.12);
      expect(fitted.kappa[j]).toBeLessThan(0.5);
      expect(fitted.nu[j]).toBe(startNu);
    }
  });

  test('V` (R) V is the identity: whitened windows are uncorrelated up to the ridge', () => {
    const rows = deviceOf('p', seeded(9), 20_000, 5);
    const mean = new Float64Array(5);
    for (let k = 0; k < rows.n; k++) for (let j = 0; j < 5; j++) mean[j] += rows.windows[k * 5 + j] / rows.n;
    const second = new Float64Array(25);
    for (let k = 0; k < rows.n; k++) {
      const u = Float64Array.from(mean, (m, j) => (rows.windows[k * 5 + j] - m) / fitted.scale[j] / Math.sqrt(fitted.within[j]));
      const b = Float64Array.from(u, (_, i) => u.reduce((sum, value, j) => sum + value * fitted.whitening[j * 5 + i], 0));
      for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) second[i * 5 + j] += (b[i] * b[j]) / rows.n;
    }
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        expect(Math.abs(second[i * 5 + j] - (i === j ? 0.9 : 0))).toBeLessThan(0.1);
      }
    }
  });

  test('does not depend on the order of devices but for rounding', () => {
    const turned = fitFleet(fleetOf(1, 40, 100, 5).toReversed(), 5);
    vectorsOf(turned).forEach(([, values], at) => {
      const other = vectorsOf(fitted)[at][1];
      values.forEach((value, i) => expect(value).toBeCloseTo(other[i], 8));
    });
  });
});

describe('defined answers where there is little', () => {
  test('one device: between = within, kappa 1', () => {
    const fitted = fitFleet(fleetOf(2, 1, 30, 3), 3);
    expect(brokenIn(fitted)).toEqual([]);
    expect(fitted.between).toEqual(fitted.within);
    expect([...fitted.kappa]).toEqual([1, 1, 1]);
  });

  test('one window of each device: within is taken as 1, a tenth of the spread between devices', () => {
    const fitted = fitFleet(fleetOf(3, 12, 1, 3), 3);
    expect(brokenIn(fitted)).toEqual([]);
    expect([...fitted.within]).toEqual([1, 1, 1]);
    expect(fitted.between[0]).toBeGreaterThan(20);
  });

  test('one window in all: nothing varies, every scale is 0', () => {
    const fitted = fitFleet([{ deviceId: 'p', windows: Float32Array.of(1, 2), n: 1 }], 2);
    expect(brokenIn(fitted)).toEqual([]);
    expect([...fitted.scale]).toEqual([0, 0]);
  });

  test('a constant feature has scale 0 and stands apart in the whitening', () => {
    const fleet = fleetOf(4, 5, 30, 3);
    for (const { windows } of fleet) for (let at = 1; at < windows.length; at += 3) windows[at] = 7000.123;
    const { scale, whitening } = fitFleet(fleet, 3);
    expect(scale[1]).toBe(0);
    const row = whitening.slice(3, 6).filter((value) => value !== 0);
    expect([...row]).toEqual([expect.closeTo(1 / Math.sqrt(1.05), 12)]);
  });

  test('any small fleet of any finite values is finite throughout', () => {
    const device = fc.integer({ min: 0, max: 4 }).chain((n) =>
      fc.record({
        deviceId: fc.constant('p'),
        n: fc.constant(n),
        windows: fc.float32Array({ minLength: 3 * n, maxLength: 3 * n, noNaN: true, min: -1e9, max: 1e9 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(device, { minLength: 1, maxLength: 4 }), (devices) => {
        fc.pre(devices.some(({ n }) => n > 0));
        expect(brokenIn(fitFleet(devices, 3))).toEqual([]);
      }),
      { seed: 1 },
    );
  });
});

describe('refuses', () => {
  test('a fleet without windows', () => {
    expect(() => fitFleet([], 2)).toThrow('at least one window');
  });
  test('windows that do not fit d', () => {
    expect(() => fitFleet([{ deviceId: 'p', windows: new Float32Array(5), n: 3 }], 2)).toThrow('5 values, expected 3 x 2');
  });
  test('a value that is not finite', () => {
    expect(() => fitFleet([{ deviceId: 'p', windows: Float32Array.of(1, NaN), n: 1 }], 2)).toThrow('windows of p: feature 1');
  });
});
