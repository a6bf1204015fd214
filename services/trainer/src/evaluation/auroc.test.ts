import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auroc } from './auroc.ts';
import { difference, meanAuroc } from './judge.ts';

test('worked: one of six pairs is in the wrong order, one is a tie', () => {
  expect(auroc([1, 2, 3], [2, 4])).toBeCloseTo((1 + 0.5 + 0 + 3) / 6, 12);
});

test('nothing to compare is a coin toss', () => {
  expect(auroc([], [1])).toBe(0.5);
});

test('equals the share of pairs in the right order', () => {
  const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(scores, scores, (normals, anomalies) => {
      const wins = anomalies.flatMap((a) => normals.map((n) => (a > n ? 1 : a === n ? 0.5 : 0)));
      expect(auroc(normals, anomalies)).toBeCloseTo(wins.reduce<number>((sum, win) => sum + win, 0) / wins.length, 12);
    }),
  );
});

test('devices weigh equally, and one device proves nothing', () => {
  const one = [
    { deviceId: 'a', auroc: 1 },
    { deviceId: 'a', auroc: 0.8 },
    { deviceId: 'b', auroc: 0.5 },
  ];
  const other = one.map((judgement) => ({ ...judgement, auroc: 0.5 }));
  expect(meanAuroc(one)).toBeCloseTo(0.7, 12);
  // Gains .4 and 0: mean .2, standard error sqrt(.08 / 2) = .2.
  expect(difference(one, other).mean).toBeCloseTo(0.2, 12);
  expect(difference(one, other).error).toBeCloseTo(0.2, 12);
  expect(difference(one.slice(0, 2), other).error).toBe(Number.POSITIVE_INFINITY);
});
