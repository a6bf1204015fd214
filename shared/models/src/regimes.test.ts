// Devices whose support is of one setting and whose life goes on under three. Everything here takes raw windows.
import { describe, expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { attribute } from './attribute.ts';
import { fitFleet } from './fit-fleet.ts';
import { fitRegimes } from './fit-regimes.ts';
import { createLikeness, likenessDirection } from './likeness.ts';
import { context, d, offsetOf, regimeFleet, windowAt } from './regime-fleet.ts';
import { mapRows, mapWindow } from './regimes.ts';
import { scoreWindow } from './score.ts';
import { addWindow, emptySupport, learnWindow, reframe } from './support.ts';
import { teachAsNormal, unteach, withdraw } from './teach-as-normal.ts';
import { headOf, seeded, specOf } from './test-fleet.ts';

const fleet = regimeFleet(1, 12, 60);
const regimes = fitRegimes(fleet, d, context)!;
const plain = fitFleet(fleet, d);
const conditional = {
  ...fitFleet(
    fleet.map((device) => ({ ...device, windows: mapRows(regimes, device.windows) })),
    d,
  ),
  regimes,
};
const plan = { reservoirWindows: 5, memoryWindows: 200 };

/** A device that was never seen, and its first windows, all under the first setting. */
function newDevice(seed: number) {
  const random = seeded(1000 + seed);
  const own = offsetOf(random);
  const at = (setting: number, isFaulty = false): Float32Array => windowAt(setting, own, random, isFaulty);
  return { at, first: Array.from({ length: 5 }, () => at(0)) };
}

function modelOf(initialisation: typeof plain, windows: readonly Float32Array[]) {
  const support = emptySupport(d);
  for (const window of windows) learnWindow(support, window, { ...plan, regimes: initialisation.regimes });
  return adapt(initialisation, support);
}

/** Share of pairs in which the faulty window, of a setting that the support has not, scores higher than the healthy one. */
function told(initialisation: typeof plain): number {
  let right = 0;
  let pairs = 0;
  for (let seed = 0; seed < 10; seed++) {
    const { at, first } = newDevice(seed);
    const model = modelOf(initialisation, first);
    const scores = (isFaulty: boolean) => Array.from({ length: 30 }, (_, k) => scoreWindow(model, at(k % 3, isFaulty)));
    const healthy = scores(false);
    for (const faulty of scores(true)) for (const one of healthy) right += faulty > one ? 1 : 0;
    pairs += 900;
  }
  return right / pairs;
}

describe('a device under settings that its support has not', () => {
  test('is known by the regimes of its fleet, and by nothing else', () => {
    expect(told(conditional)).toBeGreaterThan(0.98);
    expect(told(plain)).toBeLessThan(0.65);
  });

  test('under a setting that nobody has had, a window scores about as without regimes; the table alone does not alarm', () => {
    const { at, first } = newDevice(1);
    const strange = at(1).with(0, 500);
    const model = modelOf(conditional, first);
    const usual = Math.max(...Array.from({ length: 50 }, () => scoreWindow(model, at(0))));
    // Level and deviation of the second regime, read as if it were the first: that would alarm.
    expect(scoreWindow(model, at(1).with(0, 0))).toBeGreaterThan(usual + 5);
    expect(scoreWindow(model, strange)).toBeLessThan(usual + 2);
    expect(scoreWindow(model, strange)).toBeLessThan(scoreWindow(modelOf(plain, first), strange));
  });

  test('context that is not a number gives no score, and does not teach', () => {
    const { at, first } = newDevice(2);
    const broken = at(0).with(0, Number.NaN);
    expect(scoreWindow(modelOf(conditional, first), broken)).toBeNaN();
    const support = emptySupport(d);
    expect(() => learnWindow(support, broken, { ...plan, regimes })).toThrow('features[0]: NaN');
    expect(support).toEqual(emptySupport(d));
  });
});

describe('everything that looks at a window sees it through its regime', () => {
  const { at, first } = newDevice(3);

  test('scores are those of mapped windows under the same initialisation without regimes', () => {
    // The own part's windows are mapped, too.
    const own = { share: 0.5, nu: 5e-5 };
    const { regimes: _, ...mappedOnly } = { ...conditional, own, head: { ...headOf(1, d), innerSteps: 2 } };
    const mapped = first.map((window) => mapWindow(regimes, window, new Float32Array(d)));
    const raw = modelOf({ ...mappedOnly, regimes }, first);
    const other = modelOf(mappedOnly, mapped);
    for (const setting of [0, 1, 2]) {
      const window = at(setting);
      expect(scoreWindow(raw, window)).toBe(scoreWindow(other, mapWindow(regimes, window, new Float32Array(d))));
    }
  });

  test('a fault is like the same fault under another setting', () => {
    const model = modelOf(conditional, first);
    const [known] = createLikeness(model, new Float32Array(0), [], [at(0, true)], (x) => scoreWindow(model, x)).normals;
    scoreWindow(model, at(2, true));
    const cosine = likenessDirection(model).reduce((sum, value, j) => sum + value * known.direction[j], 0);
    expect(cosine).toBeGreaterThan(0.8);
  });

  test('people read real units, expected under the setting of the window', () => {
    const model = modelOf(conditional, first);
    const window = at(2, true);
    const contributions = attribute(model, window, specOf(d), d);
    const of = (name: string) => contributions.find(({ feature }) => feature === name)!;
    expect(of('x.f2').actual).toBe(window[2]);
    // The level of feature 2 is 200 in the support and 150 under this setting, its deviation 1.
    expect(Math.abs(of('x.f2').expected - 150)).toBeLessThan(6);
    expect(of('x.f2').deviation).toBeGreaterThan(2);
    expect(of('x.f0').share).toBe(0);
    expect(of('x.f0').expected).toBe(window[0]);
  });
});

describe('sums of a device', () => {
  const { at, first } = newDevice(4);
  const taughtBy = (table: typeof regimes | undefined) => {
    const support = emptySupport(d);
    for (const window of first) learnWindow(support, window, { ...plan, regimes: table });
    return support;
  };

  test('of one frame are not taken for those of another', () => {
    expect(() => adaptClosedForm(plain, taughtBy(regimes))).toThrow('make them anew with reframe');
    expect(() => adaptClosedForm(conditional, taughtBy(undefined))).toThrow(RangeError);
    expect(() => learnWindow(taughtBy(regimes), at(0), plan)).toThrow(RangeError);
    // Nothing learnt is of every frame.
    expect(() => adaptClosedForm(conditional, emptySupport(d))).not.toThrow();
  });

  test('are made anew from the raw windows, there and back', () => {
    const support = taughtBy(undefined);
    expect(reframe(support, regimes)).toBe(true);
    expect(support).toEqual(taughtBy(regimes));
    expect(reframe(support, regimes)).toBe(false);
    reframe(support, undefined);
    expect(support).toEqual(taughtBy(undefined));
  });

  test('with what was taught beside them, and without what was only in the sums', () => {
    const support = taughtBy(undefined);
    learnWindow(support, at(1), plan);
    const taught = { features: at(2), weight: 3 };
    reframe(support, regimes, [taught]);
    const wanted = taughtBy(regimes);
    addWindow(wanted, taught.features, 3, regimes);
    expect(support).toEqual({ ...wanted, learned: 6 });
  });

  test('give back what was taught', () => {
    const support = taughtBy(regimes);
    const before = structuredClone(support);
    const named = at(2);
    const weight = teachAsNormal(support, [named], 5, regimes);
    unteach(support, named, weight, regimes);
    support.sum.forEach((value, j) => expect(value).toBeCloseTo(before.sum[j], 6));
    const row = withdraw(support, 0, 1, regimes);
    expect(row).toEqual(first[0]);
    expect(support.count).toBeCloseTo(4);
  });
});
