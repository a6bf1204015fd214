import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { fitFleet } from './fit-fleet.ts';
import { headForward } from './head.ts';
import { headRows } from './head-rows.ts';
import { closedFormScore, scoreWindow } from './score.ts';
import { emptySupport, learnWindow } from './support.ts';
import { deviceOf, fleetOf, headOf, learnedInitialisation, seeded, supportOf } from './test-fleet.ts';

const d = 4;
const relu2 = (value: number) => Math.max(0, value) ** 2;

describe('the closed form', () => {
  test('a worked number: K = 2, kappa = 2, nu = 2', () => {
    const initialisation = {
      ...fitFleet(fleetOf(1, 3, 20, 1), 1),
      location: Float64Array.of(10),
      scale: Float64Array.of(2),
      m0: Float64Array.of(1),
      within: Float64Array.of(4),
      kappa: Float64Array.of(2),
      nu: Float64Array.of(2),
    };
    // z = 3, 5; m = 1 + 2/4 (4 - 1) = 2.5; v = (2 + (.5^2 + 2.5^2)/4)/4 x (1 + 1/4)
    const { mean, deviation } = adaptClosedForm(initialisation, supportOf(Float32Array.of(16, 20), 1));
    expect(mean[0]).toBeCloseTo(2.5, 12);
    expect(deviation[0] ** 2 / 4).toBeCloseTo(((2 + 6.5 / 4) / 4) * 1.25, 12);
  });

  test('equals the sums over windows in z for any initialisation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 30 }), (seed, n) => {
        const initialisation = learnedInitialisation(seed % 7, d);
        const { windows } = deviceOf('p', seeded(seed), n, d);
        const model = adaptClosedForm(initialisation, supportOf(windows, d));
        const { location, scale, m0, within, kappa, nu } = initialisation;
        for (let j = 0; j < d; j++) {
          const z = Array.from({ length: n }, (_, k) => (windows[k * d + j] - location[j]) / scale[j]);
          const mean = m0[j] + z.reduce((sum, value) => sum + value - m0[j], 0) / (n + kappa[j]);
          const scatter = z.reduce((sum, value) => sum + (value - mean) ** 2 / within[j], 0);
          const variance = ((nu[j] + scatter) / (nu[j] + n)) * (1 + 1 / (n + kappa[j]));
          expect(model.mean[j]).toBeCloseTo(mean, 8);
          expect(model.deviation[j]).toBeCloseTo(Math.sqrt(within[j] * variance), 8);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('K = 0 is the fleet prior and scores', () => {
    const initialisation = fitFleet(fleetOf(1, 6, 40, d), d);
    const model = adapt(initialisation, emptySupport(d));
    expect(model.mean).toEqual(initialisation.m0);
    expect(Number.isFinite(scoreWindow(model, new Float32Array(d)))).toBe(true);
  });

  test('many windows of its own: the device speaks for itself', () => {
    const initialisation = fitFleet(fleetOf(1, 6, 40, d), d);
    const steady = new Float32Array(d * 2000).fill(30);
    const model = adapt(initialisation, supportOf(steady, d, 10_000));
    model.mean.forEach((mean, j) => expect(initialisation.location[j] + initialisation.scale[j] * mean).toBeCloseTo(30, 1));
    expect(scoreWindow(model, steady.subarray(0, d))).toBeLessThan(scoreWindow(model, Float32Array.of(30, 30, 30, 32)) - 2);
  });

  test('a support of another size is refused', () => {
    expect(() => adapt(fitFleet(fleetOf(1, 3, 9, 2), 2), emptySupport(3))).toThrow('3 features, expected 2');
  });
});

describe('the score', () => {
  test('a window exactly as expected scores ln 1e-4, and a feature that never varied does not count', () => {
    const fleet = fleetOf(1, 3, 20, 2);
    for (const { windows } of fleet) for (let at = 1; at < windows.length; at += 2) windows[at] = 3;
    const initialisation = { ...fitFleet(fleet, 2), location: Float64Array.of(5, 3) };
    const model = adapt(initialisation, emptySupport(2));
    expect(scoreWindow(model, Float32Array.of(5, 3))).toBeCloseTo(Math.log(1e-4), 6);
    expect(scoreWindow(model, Float32Array.of(5, 99))).toBeCloseTo(Math.log(1e-4), 6);
    expect(scoreWindow(model, Float32Array.of(9, 3))).toBeGreaterThan(-1);
  });

  test('what is not finite gives NaN, never a calm score', () => {
    const model = adapt(learnedInitialisation(1, d), emptySupport(d));
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (let j = 0; j < d; j++) {
        const features = new Float32Array(d);
        features[j] = bad;
        expect(scoreWindow(model, features)).toBeNaN();
      }
    }
  });

  test('is the sum of the formula', () => {
    const initialisation = learnedInitialisation(2, d);
    const { windows } = deviceOf('p', seeded(3), 12, d);
    const model = adaptClosedForm(initialisation, supportOf(windows, d));
    const x = Float32Array.of(1, 9, 4, 6);
    const { location, scale, whitening, omega } = initialisation;
    const u = Array.from(x, (value, j) => ((value - location[j]) / scale[j] - model.mean[j]) / model.deviation[j]);
    const b = u.map((_, i) => u.reduce((sum, value, j) => sum + value * whitening[j * d + i], 0));
    let sum = 0;
    for (let j = 0; j < d; j++) {
      sum +=
        omega[j] * relu2(b[j]) + omega[d + j] * relu2(-b[j]) + omega[2 * d + j] * relu2(u[j]) + omega[3 * d + j] * relu2(-u[j]);
    }
    expect(closedFormScore(model, x)).toBeCloseTo(Math.log(sum / (2 * d) + 1e-4), 10);
  });
});

describe('the head of a device', () => {
  const initialisation = { ...learnedInitialisation(3, d), head: headOf(3, d) };
  const { windows } = deviceOf('p', seeded(4), 16, d);
  const support = supportOf(windows, d);

  test('the score becomes the logit of the adapted head', () => {
    const model = adapt(initialisation, support);
    const x = windows.subarray(0, d);
    const { inputs, base } = headRows(adaptClosedForm(initialisation, support), x);
    expect(model.head).not.toBe(initialisation.head);
    expect(scoreWindow(model, x)).toBe(headForward(model.head!, inputs, base[0]));
  });

  test('scores its own normals below the shared head', () => {
    const own = adapt(initialisation, support);
    const shared = adaptClosedForm(initialisation, support);
    const mean = (model: typeof own) =>
      Array.from({ length: 16 }, (_, k) => scoreWindow(model, windows.subarray(k * d, (k + 1) * d))).reduce(
        (sum, score) => sum + score,
      ) / 16;
    expect(mean(own)).toBeLessThan(mean(shared));
  });

  test('an anomaly that was pointed out scores higher afterwards, relative to the normals', () => {
    const anomaly = windows.slice(0, d).map((value) => value + 0.7);
    const gap = (model: ReturnType<typeof adapt>) => scoreWindow(model, anomaly) - scoreWindow(model, windows.subarray(0, d));
    expect(gap(adapt(initialisation, support, anomaly))).toBeGreaterThan(gap(adapt(initialisation, support)));
  });

  test('stays the shared one without support, and where steps diverge', () => {
    expect(adapt(initialisation, emptySupport(d)).head).toBe(initialisation.head);
    const wild = { ...initialisation, head: { ...initialisation.head, innerRate: Number.MAX_VALUE, innerSteps: 9 } };
    expect(adapt(wild, support).head).toBe(wild.head);
  });
});

test('a head follows from the first windows: it stays while the sums learn, and is the same for whoever adapts later', () => {
  const initialisation = { ...fitFleet(fleetOf(1, 6, 40, d), d), head: headOf(2, d) };
  const { windows } = deviceOf('p', seeded(5), 30, d);
  const support = emptySupport(d);
  const plan = { reservoirWindows: 10, memoryWindows: 200 };
  const rows = Array.from({ length: 30 }, (_, k) => windows.subarray(k * d, (k + 1) * d));
  for (const row of rows.slice(0, 10)) learnWindow(support, row, plan);
  const early = adapt(initialisation, support);
  for (const row of rows.slice(10)) learnWindow(support, row, plan);
  const late = adapt(initialisation, support);
  expect(late.mean).not.toEqual(early.mean);
  expect(late.head).toEqual(early.head);
  expect(late.head).not.toEqual(initialisation.head);
  expect(adaptClosedForm(initialisation, support, early.head)).toEqual(late);
});
