import { describe, expect, test } from 'vitest';
import { fitRegimes } from './fit-regimes.ts';
import type { FleetDevice } from './fleet-moments.ts';
import { context, d, regimeFleet } from './regime-fleet.ts';
import { mapWindow, rawFeature, regimeOf } from './regimes.ts';
import { fleetOf, gauss, seeded } from './test-fleet.ts';

const fleet = regimeFleet(1, 8, 60);
const regimes = fitRegimes(fleet, d, context)!;

describe('how many', () => {
  test('three settings: a window of each is of its own regime', () => {
    const rows = [0, 1, 2].map((setting) => regimeOf(regimes, Float32Array.of(30 * setting, 0, 0, 0)));
    expect(new Set(rows).size).toBe(3);
    expect(regimes.centres.length).toBeLessThanOrEqual(4);
  });

  test('a fleet that its context tells nothing of has none', () => {
    for (const seed of [1, 2, 3, 4]) {
      const noise = fleetOf(seed, 8, 40, 5).map(({ windows, ...device }) => {
        const random = seeded(seed);
        return { ...device, windows: windows.map((value, at) => (at % 5 === 0 ? gauss(random) : value)) };
      });
      expect(fitRegimes(noise, 5, [0])).toBeUndefined();
    }
  });

  test('neither has one without context, or a single device', () => {
    expect(fitRegimes(fleet, d, [])).toBeUndefined();
    expect(fitRegimes(fleet.slice(0, 1), d, context)).toBeUndefined();
    expect(fitRegimes([], d, context)).toBeUndefined();
  });

  test('devices that each know one setting, a setting that is always the same, one window each: an answer or none', () => {
    const loners = [0, 1, 2, 0, 1, 2].map((setting, at): FleetDevice => regimeFleet(at, 1, 30, [setting])[0]);
    expect(
      fitRegimes(
        loners.map((device, at) => ({ ...device, deviceId: `${at}` })),
        d,
        context,
      ),
    ).toBeDefined();
    expect(fitRegimes(regimeFleet(3, 6, 40, [1]), d, context)).toBeUndefined();
    expect(() => fitRegimes(regimeFleet(3, 6, 1), d, context)).not.toThrow();
  });

  test('the same fleet gives the same table, and its frame is told apart from others', () => {
    expect(fitRegimes(fleet, d, context)).toEqual(regimes);
    expect(fitRegimes(regimeFleet(2, 8, 60), d, context)!.frame).not.toBe(regimes.frame);
  });

  test('the table in use stays while it is as good, and goes when it is not', () => {
    expect(fitRegimes(regimeFleet(5, 8, 60), d, context, regimes)).toBe(regimes);
    const off = { ...regimes, location: regimes.location.map((value) => value + 20) };
    expect(fitRegimes(fleet, d, context, off)).toEqual(regimes);
    expect(fitRegimes(fleet, d, context, { ...regimes, context: [1] })).toEqual(regimes);
  });
});

describe('the map', () => {
  const mapped = (device: FleetDevice) => {
    const rows = new Float32Array(device.windows.length);
    for (let at = 0; at < rows.length; at += d)
      mapWindow(regimes, device.windows.subarray(at, at + d), rows.subarray(at, at + d));
    return rows;
  };

  test('takes the settings out: a device looks the same under all of them', () => {
    const device = regimeFleet(7, 1, 300)[0];
    const rows = mapped(device);
    for (const j of [1, 2, 3]) {
      const means = [0, 1, 2].map((setting) => {
        const own = Array.from({ length: 100 }, (_, i) => rows[(3 * i + setting) * d + j]);
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      });
      // 0.7 deviations of noise; levels that were fifty and more apart.
      for (const mean of means) expect(Math.abs(mean - means[0])).toBeLessThan(1.2 * regimes.usual[j]);
    }
  });

  test('its inverse gives back what was measured', () => {
    const raw = regimeFleet(7, 1, 3)[0].windows.subarray(d, 2 * d);
    const out = mapWindow(regimes, raw, new Float32Array(d));
    for (const j of [1, 2, 3]) expect(rawFeature(regimes, regimeOf(regimes, raw), out[j], j)).toBeCloseTo(raw[j], 2);
  });

  test('context itself says nothing any more', () => {
    const rows = mapped(fleet[0]);
    expect(new Set(rows.filter((_, at) => at % d === 0)).size).toBe(1);
  });

  test('a setting that the fleet never had, and one that is not finite, are of no regime: the whole deviation of the class counts', () => {
    const R = regimes.centres.length;
    for (const setting of [500, -200, Number.NaN, Infinity]) expect(regimeOf(regimes, Float32Array.of(setting, 1, 2, 3))).toBe(R);
    const strange = mapWindow(regimes, Float32Array.of(500, 90, 200, 9), new Float32Array(d));
    // Levels as some regime has them: within two or three of the usual deviations, where the wrong regime would see dozens.
    for (const j of [1, 2, 3]) expect(Math.abs(strange[j] - regimes.location[R * d + j])).toBeLessThan(3 * regimes.usual[j]);
    const broken = mapWindow(regimes, Float32Array.of(Number.NaN, 90, 200, 9), new Float32Array(d));
    expect(broken[0]).toBeNaN();
    expect(Number.isFinite(broken[1])).toBe(true);
  });

  test('a regime seen in one window of one device leans on the others', () => {
    const rare = regimeFleet(1, 8, 60, [0, 1]);
    rare[0].windows.set([60, 91, 151, 9], 0);
    const table = fitRegimes(rare, d, context)!;
    expect(table.scale.every((value) => value > 0)).toBe(true);
    expect([...table.location, ...table.scale].every(Number.isFinite)).toBe(true);
  });
});
