import { describe, expect, test } from 'vitest';
import type { ModelBundle, Regimes } from '@tocsin/schemas';
import { decodeBundle, encodeBundle } from './bundle-codec.ts';
import { fitFleet } from './fit-fleet.ts';
import { fitRegimes } from './fit-regimes.ts';
import { context, d, regimeFleet } from './regime-fleet.ts';
import { mapRows } from './regimes.ts';
import { specOf } from './test-fleet.ts';

const fleet = regimeFleet(1, 6, 40);
const regimes = fitRegimes(fleet, d, context)!;

function bundleOf(table: Regimes | undefined): ModelBundle {
  const mapped = fleet.map((device) => (table === undefined ? device : { ...device, windows: mapRows(regimes, device.windows) }));
  return {
    version: 1,
    deviceClass: 'fan',
    createdAtMs: 0,
    spec: table === undefined ? specOf(d) : { ...specOf(d), context },
    initialisation: { ...fitFleet(mapped, d), ...(table === undefined ? {} : { regimes: table }) },
    calibration: { shots: [5], tail: [0.1, 0.01], quantiles: [Float64Array.of(1, 2)], medians: [0], devices: 3 },
    metrics: {
      learner: 'eb',
      candidates: [],
      algorithm: '',
      backend: '',
      devicesTrained: 6,
      devicesHeldOut: 0,
      windows: 240,
      heldOutAuroc: { closedForm: 0.5, head: null, previous: null },
      verdict: '',
      seconds: 0,
    },
  };
}

describe('regimes in a bundle', () => {
  test('come back as they were, with the context of the spec', () => {
    const bundle = bundleOf(regimes);
    expect(decodeBundle(encodeBundle(bundle))).toEqual(bundle);
  });

  test('leave no trace where there are none', () => {
    const bytes = Buffer.from(encodeBundle(bundleOf(undefined)));
    expect(bytes.includes('regimes')).toBe(false);
    expect(bytes.includes('context')).toBe(false);
    expect(decodeBundle(bytes).initialisation).not.toHaveProperty('regimes');
  });

  test('every cut and every bit that is wrong is noticed', () => {
    const bytes = encodeBundle(bundleOf(regimes));
    for (let at = 0; at < bytes.length; at += 97) {
      expect(() => decodeBundle(bytes.subarray(0, at))).toThrow();
      expect(() => decodeBundle(bytes.with(at, bytes[at] ^ 4))).toThrow();
    }
  });

  const wrong: [string, Partial<Regimes>, string][] = [
    ['a scale of nothing', { scale: regimes.scale.with(2, 0) }, 'regimes.scale'],
    ['a unit below nothing', { unit: Float64Array.of(-1) }, 'regimes.unit'],
    ['a usual deviation below nothing', { usual: regimes.usual.with(1, -1) }, 'regimes.usual'],
    ['a location that is not finite', { location: regimes.location.with(0, Number.NaN) }, 'regimes.location'],
    ['no bound', { bound: 0 }, 'regimes.bound'],
    ['a bound without end', { bound: Infinity }, 'bound'],
    ['a feature that is not there', { context: [d] }, 'regimes.context'],
    ['a single regime', { centres: Float64Array.of(1) }, 'count'],
    ['a row too few', { location: regimes.location.slice(d) }, 'regimes.usual'],
  ];
  test.each(wrong)('%s is not published', (_, part, name) => {
    expect(() => encodeBundle(bundleOf({ ...regimes, ...part }))).toThrow(name);
  });
});
