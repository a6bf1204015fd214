import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { attribute } from './attribute.ts';
import { emptySupport } from './support.ts';
import { deviceOf, learnedInitialisation, seeded, specOf, supportOf } from './test-fleet.ts';

const d = 6;

test('shares are >= 0 and add up to 1 over all features, for any window', () => {
  const features = fc.float32Array({ minLength: d, maxLength: d, noNaN: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(features, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 12 }), (x, seed, n) => {
      const model = adaptClosedForm(learnedInitialisation(seed, d), supportOf(deviceOf('p', seeded(seed), n, d).windows, d));
      const all = attribute(model, x, specOf(d), d);
      expect(all).toHaveLength(d);
      expect(Math.min(...all.map(({ share }) => share))).toBeGreaterThanOrEqual(0);
      expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
      all.slice(1).forEach(({ share }, i) => expect(share).toBeLessThanOrEqual(all[i].share));
      expect(attribute(model, x, specOf(d), 2)).toEqual(all.slice(0, 2));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('the feature that moved comes first, with its value, what was expected, and how far off it was', () => {
  const { windows } = deviceOf('p', seeded(8), 200, d);
  const model = adaptClosedForm(learnedInitialisation(1, d), supportOf(windows, d));
  const mean = Array.from({ length: d }, (_, j) => windows.reduce((sum, value, i) => (i % d === j ? sum + value / 200 : sum), 0));
  const broken = Float32Array.from(mean, (value, j) => (j === 3 ? value - 9 : value));
  const [first] = attribute(model, broken, specOf(d));
  expect(first).toMatchObject({ feature: 'x.f3', channel: 'x', actual: broken[3] });
  expect(Math.abs(first.expected - mean[3])).toBeLessThan(0.1);
  expect(Math.abs(first.deviation + 9)).toBeLessThan(1.5);
  expect(first.share).toBeGreaterThan(0.5);
});

test('a window exactly as expected has equal shares', () => {
  const initialisation = { ...learnedInitialisation(1, d), scale: new Float64Array(d) };
  const shares = attribute(adaptClosedForm(initialisation, emptySupport(d)), new Float32Array(d), specOf(d), d);
  expect(shares.every(({ share }) => share === 1 / d)).toBe(true);
});
