import { describe, expect, test } from 'vitest';
import { adaptHead } from './adapt-head.ts';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { decodeBundle, encodeBundle } from './bundle-codec.ts';
import { headForward } from './head.ts';
import { headInnerStep } from './inner-step.ts';
import { prototypeHead } from './prototypes.ts';
import { scoreWindow } from './score.ts';
import { deviceOf, gauss, headOf, learnedInitialisation, seeded, specOf, supportOf } from './test-fleet.ts';

const d = 5;
const random = seeded(3);
const head = headOf(3, d);
const prototypes = {
  normal: Float64Array.from({ length: head.hidden }, () => gauss(random)),
  anomaly: Float64Array.from({ length: head.hidden }, () => gauss(random)),
  gain: 0.6,
  weight: 2,
};
const device = deviceOf('pump', random, 12, d);
const initialisation = learnedInitialisation(2, d);
const model = adaptClosedForm(initialisation, supportOf(device.windows, d));

describe('a prototypical head', () => {
  const supportInputs = Float64Array.from({ length: 6 * 3 * d }, () => gauss(random));

  test('is the gain times the difference of squared distances to the two prototypes', () => {
    const adapted = prototypeHead(head, prototypes, { supportInputs: new Float64Array(0), supportBase: new Float64Array(0) });
    const embedded = new Float64Array(head.hidden);
    const logit = headForward(adapted, supportInputs, -1, 0, embedded);
    const distance = (from: Float64Array): number => embedded.reduce((sum, e, h) => sum + (e - from[h]) ** 2, 0);
    const expected = distance(prototypes.normal) - distance(prototypes.anomaly);
    expect(logit).toBeCloseTo(-head.a + head.c + prototypes.gain * expected, 10);
  });

  test('takes windows of a support for more normal the more of them there are', () => {
    const copies = (n: number) =>
      prototypeHead(head, prototypes, {
        supportInputs: repeated(supportInputs.subarray(0, 3 * d), n),
        supportBase: new Float64Array(n),
      });
    const logits = [1, 5, 25].map((n) => headForward(copies(n), supportInputs, 0));
    expect(logits[1]).toBeLessThan(logits[0]);
    expect(logits[2]).toBeLessThan(logits[1]);
  });
});

function repeated(row: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n * row.length);
  for (let k = 0; k < n; k++) rows.set(row, k * row.length);
  return rows;
}

test('rates multiply the inner rate of the parameters that they belong to', () => {
  const support = {
    supportInputs: Float64Array.from({ length: 4 * 3 * d }, () => gauss(random)),
    supportBase: new Float64Array(4),
  };
  const still = new Float64Array(3 * d + 3);
  still[1] = 2;
  const [plain, rated] = [headInnerStep(head, support, 0.1), headInnerStep(head, support, 0.1, still)];
  const { hidden } = head;
  rated.w1.forEach((value, i) => {
    const step = Math.floor(i / hidden) === 1 ? 2 * (plain.w1[i] - head.w1[i]) : 0;
    expect(value - head.w1[i]).toBeCloseTo(step, 12);
  });
  expect([rated.b1, rated.w2, rated.b2]).toEqual([head.b1, head.w2, head.b2]);
});

test('a head without inner steps and without prototypes is everybody`s', () => {
  const pooled = { ...head, innerSteps: 0 };
  expect(adaptHead(model, pooled, device.windows)).toBe(pooled);
});

test('a bundle carries rates and prototypes', () => {
  const rates = Float64Array.from({ length: 3 * d + 3 }, random);
  const bundle = {
    version: 1,
    deviceClass: 'pump',
    createdAtMs: 0,
    spec: specOf(d),
    initialisation: { ...initialisation, head: { ...head, rates, prototypes } },
    calibration: { shots: [5], tail: [0.1, 0.01], quantiles: [Float64Array.of(1, 2)], medians: [0], devices: 3 },
    metrics: {
      learner: 'head-meta-sgd',
      candidates: [],
      algorithm: '',
      backend: '',
      devicesTrained: 1,
      devicesHeldOut: 0,
      windows: 1,
      heldOutAuroc: { closedForm: 0.5, head: null, previous: null },
      verdict: '',
      seconds: 0,
    },
  };
  expect(decodeBundle(encodeBundle(bundle)).initialisation.head).toEqual(bundle.initialisation.head);
});

test('scores with prototypes are finite at any support', () => {
  const withHead = { ...initialisation, head: { ...head, prototypes } };
  const shared = adaptClosedForm(withHead, supportOf(device.windows, d));
  shared.head = adaptHead(shared, withHead.head, device.windows, device.windows.slice(0, d));
  expect(Number.isFinite(scoreWindow(shared, device.windows.slice(0, d)))).toBe(true);
});
