import { describe, expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { attribute } from './attribute.ts';
import { ownScaleScorer } from './own-scale-scorer.ts';
import { ownScaleScore } from './own-scale.ts';
import { closedFormScore, scoreWindow } from './score.ts';
import { deviceOf, headOf, learnedInitialisation, seeded, specOf, supportOf } from './test-fleet.ts';

const d = 6;
const nu = 5e-5;
const fleet = learnedInitialisation(2, d);
const withShare = (share: number) => ({ ...fleet, own: { share, nu } });
const { windows } = deviceOf('p', seeded(9), 40, d);
// The fleet varies by about 1; this device by a hundredth of it.
const steady = windows.map((value, at) => windows[at % d] + 0.01 * (value - windows[at % d]));
const row = (k: number) => steady.slice(k * d, (k + 1) * d);
const moved = (x: Float32Array, feature: number, by: number) => x.map((value, j) => (j === feature ? value + by : value));
const support = supportOf(steady.slice(0, 10 * d), d);

describe('the own part of a score', () => {
  test('is ln of the mean squared distance per feature to the three nearest windows, in own deviations', () => {
    const { own } = adaptClosedForm(withShare(1), support);
    const x = moved(row(20), 2, 0.05);
    const { gain } = own!;
    const distances = Array.from({ length: 10 }, (_, k) =>
      row(k).reduce((sum, value, j) => sum + ((x[j] - value) * gain[j]) ** 2, 0),
    );
    const [a, b, c] = distances.sort((one, other) => one - other);
    expect(ownScaleScore(own!, x)).toBeCloseTo(Math.log((a + b + c) / (3 * d) + 1e-4), 6);
  });

  test('finds a fault on a device far steadier than its fleet that the shared scale hides', () => {
    const slow = new Float64Array(d).fill(8);
    const shared = adaptClosedForm({ ...fleet, nu: slow }, support);
    const alone = adaptClosedForm({ ...withShare(1), nu: slow }, support);
    const fault = moved(row(20), 2, 0.2);
    const rise = (score: (x: Float32Array) => number) => score(fault) - score(row(20));
    expect(rise((x) => scoreWindow(shared, x))).toBeLessThan(1);
    expect(rise((x) => scoreWindow(alone, x))).toBeGreaterThan(3);
  });

  test.each([1 / 3, 1 / 2, 1])('counts with a share of %f, with and without a head', (share) => {
    const x = moved(row(20), 1, 0.3);
    for (const head of [null, headOf(3, d)]) {
      const shared = scoreWindow(adapt({ ...fleet, head }, support), x);
      const model = adapt({ ...withShare(share), head }, support);
      const alone = ownScaleScore(model.own!, x);
      const linked = model.head === null ? alone : model.head.a * alone + model.head.c;
      expect(scoreWindow(model, x)).toBeCloseTo((1 - share) * shared + share * linked, 12);
    }
  });

  test('is silent under two windows: they have no scale of their own', () => {
    for (const n of [0, 1]) {
      const few = supportOf(steady.slice(0, n * d), d);
      const model = adaptClosedForm(withShare(1), few);
      expect(model.own).toBeNull();
      expect(scoreWindow(model, row(5))).toBe(closedFormScore(adaptClosedForm(fleet, few), row(5)));
    }
  });

  test('is finite where the device does not vary, NaN where a window is not finite, and blind to what never varies in the fleet', () => {
    const still = adaptClosedForm(withShare(1), supportOf(new Float32Array(5 * d).fill(2), d));
    expect(Number.isFinite(scoreWindow(still, new Float32Array(d).fill(1e6)))).toBe(true);
    expect(scoreWindow(still, new Float32Array(d).fill(NaN))).toBeNaN();
    const dead = { ...withShare(1), scale: fleet.scale.map((value, j) => (j === 2 ? 0 : value)) };
    const model = adaptClosedForm(dead, support);
    expect(ownScaleScore(model.own!, moved(row(20), 2, 1e3))).toBe(ownScaleScore(model.own!, row(20)));
  });

  test('a score leaves no trace: the next one is the same whatever was scored between', () => {
    const model = adaptClosedForm(withShare(1 / 2), support);
    const first = scoreWindow(model, row(20));
    scoreWindow(model, new Float32Array(d).fill(1e9));
    expect(scoreWindow(model, row(20))).toBe(first);
  });

  test('names the feature that moved; shares add up to 1 and are those of both parts in proportion', () => {
    const x = moved(row(20), 4, 0.5);
    const shares = (share: number) => {
      const initialisation = share === 0 ? fleet : withShare(share);
      return attribute(adaptClosedForm(initialisation, support), x, specOf(d), d);
    };
    const of = (share: number, name: string) => shares(share).find(({ feature }) => feature === name)!.share;
    const half = shares(1 / 2);
    expect(half[0].feature).toBe('x.f4');
    expect(half.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    for (const { feature, share } of half) expect(share).toBeCloseTo((of(0, feature) + of(1, feature)) / 2, 12);
    expect(of(1, 'x.f4')).toBeGreaterThan(0.9);
  });

  test('can stand alone', () => {
    const model = adaptClosedForm(withShare(1), support);
    expect(ownScaleScorer(fleet, steady.slice(0, 10 * d))(row(20))).toBe(scoreWindow(model, row(20)));
  });
});
