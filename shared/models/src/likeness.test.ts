import { expect, test } from 'vitest';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { anomalyTerm, createLikeness, likeNormal, likenessDirection } from './likeness.ts';
import { closedFormScore } from './score.ts';
import { deviceOf, learnedInitialisation, seeded, supportOf } from './test-fleet.ts';

//   mean .-------> x        anomaly called real: +30 in feature 0
//        |  \
//        |   > along it: cosine near 1      across it: cosine near 0
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

test('a window like a labelled anomaly gets up to eta, one unlike it nothing', () => {
  const likeness = createLikeness(model, own, [shifted(20, 0, 1e6)], [], score);
  expect(anomalyTerm(likeness, directionOf(shifted(30, 0, 1e6)))).toBeGreaterThan(likeness.bound);
  expect(anomalyTerm(likeness, directionOf(shifted(30, 0, -1e6)))).toBe(0);
  expect(anomalyTerm(likeness, directionOf(shifted(30, 1, 1e6)))).toBe(0);
  expect(likeness.eta).toBe(1);
  const three = [20, 21, 22].map((k) => shifted(k, 0, 1e6));
  expect(createLikeness(model, own, three, [], score).eta).toBe(2);
});

test('no support window of the device passes the bound', () => {
  for (let seed = 0; seed < 20; seed++) {
    const anomaly = deviceOf('q', seeded(seed), 1, d).windows;
    const likeness = createLikeness(model, own, [anomaly], [], score);
    for (let k = 0; k < 10; k++) expect(anomalyTerm(likeness, directionOf(row(k)))).toBe(0);
  }
});

test('a window like one called normal hears the score of that one', () => {
  const normal = shifted(20, 3, 1e6);
  const likeness = createLikeness(model, own, [], [normal], score);
  expect(likeNormal(likeness, directionOf(shifted(31, 3, 1e6)))).toBe(score(normal));
  expect(likeNormal(likeness, directionOf(shifted(31, 4, 1e6)))).toBe(-Infinity);
});
