import { expect, test } from 'vitest';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { anomalyTerm, createLikeness, hearsAnomalies, likeNormal, likenessDirection } from './likeness.ts';
import { closedFormScore } from './score.ts';
import { deviceOf, headOf, learnedInitialisation, seeded, supportOf } from './test-fleet.ts';

//   expected .-------> a     anomaly called real: +30 in feature 0
//             \\               a window counts the more the nearer it is to a than to what is expected
//              v  across: nearer to what is expected
const d = 12;
const initialisation = learnedInitialisation(1, d);
const { windows } = deviceOf('p', seeded(5), 60, d);
const own = windows.subarray(0, 10 * d);
const support = supportOf(own, d);
const model = adaptClosedForm(initialisation, support);
const row = (k: number) => windows.slice(k * d, (k + 1) * d);
const shifted = (k: number, feature: number, by: number) => row(k).map((value, j) => (j === feature ? value + by : value));
const score = (x: Float32Array) => closedFormScore(model, x);
const directionOf = (x: Float32Array) => {
  score(x);
  return likenessDirection(model).slice();
};

test('a window like a labelled anomaly gets the more the nearer it is, one unlike it nothing', () => {
  const likeness = createLikeness(model, own, [shifted(20, 0, 30)], [], score);
  const termOf = (x: Float32Array) => {
    score(x);
    return anomalyTerm(likeness, model);
  };
  const terms = [5, 15, 30].map((by) => termOf(shifted(30, 0, by)));
  expect(terms[2]).toBeGreaterThan(0.3);
  expect(terms).toEqual(terms.toSorted((one, other) => one - other));
  expect(termOf(shifted(30, 0, -30))).toBe(0);
  expect(termOf(shifted(30, 1, 30))).toBeLessThan(terms[2] / 2);
  for (let k = 20; k < 60; k++) expect(termOf(row(k))).toBeLessThan(0.1);
});

test('of several labelled anomalies the nearest counts; without one there is no term', () => {
  const known = [shifted(20, 0, 30), shifted(20, 3, 30)];
  const both = createLikeness(model, own, known, [], score);
  const x = shifted(31, 3, 30);
  score(x);
  expect(anomalyTerm(both, model)).toBeGreaterThan(anomalyTerm(createLikeness(model, own, known.slice(0, 1), [], score), model));
  expect(anomalyTerm(createLikeness(model, own, [], [], score), model)).toBe(0);
});

test('no support window of the device passes the bound, whatever was called anomalous', () => {
  for (let seed = 0; seed < 20; seed++) {
    const anomaly = seed < 10 ? deviceOf('q', seeded(seed), 1, d).windows : row(seed + 10);
    const likeness = createLikeness(model, own, [anomaly], [], score);
    for (let k = 0; k < 10; k++) {
      score(row(k));
      expect(anomalyTerm(likeness, model)).toBe(0);
    }
  }
});

test('labelled anomalies are heard once: by a head that learns from them, or by likeness', () => {
  const head = headOf(1, d);
  expect(hearsAnomalies(null)).toBe(false);
  expect(hearsAnomalies({ ...head, innerSteps: 0 })).toBe(false);
  expect(hearsAnomalies(head)).toBe(true);
});

test('a window like one called normal hears the score of that one', () => {
  const normal = shifted(20, 3, 1e6);
  const likeness = createLikeness(model, own, [], [normal], score);
  expect(likeNormal(likeness, directionOf(shifted(31, 3, 1e6)))).toBe(score(normal));
  expect(likeNormal(likeness, directionOf(shifted(31, 4, 1e6)))).toBe(-Infinity);
});
