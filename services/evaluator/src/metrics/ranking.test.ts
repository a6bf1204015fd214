import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auroc, averagePrecision } from './ranking.ts';

// The example of scikit-learn's roc_auc_score and average_precision_score: .75 and .8333.
const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);
const labels = Int8Array.of(0, 0, 1, 1);

describe('auroc', () => {
  test('worked: three of four pairs are in the right order', () => {
    expect(auroc(scores, labels)).toBeCloseTo(0.75, 12);
  });

  test('ties count half', () => {
    expect(auroc(Float64Array.of(1, 1, 1), Int8Array.of(0, 1, 0))).toBe(0.5);
  });

  test('equals the share of pairs in the right order', () => {
    const entry = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        const of = (isAnomaly: boolean): number[] => entries.filter(([, label]) => label === isAnomaly).map(([score]) => score);
        const wins = of(true).flatMap((a) => of(false).map((n) => (a > n ? 1 : a === n ? 0.5 : 0)));
        const found = auroc(
          Float64Array.from(entries, ([score]) => score),
          Int8Array.from(entries, ([, label]) => Number(label)),
        );
        const expected = wins.length === 0 ? null : wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
        if (expected === null) expect(found).toBeNull();
        else expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('averagePrecision', () => {
  test('worked: precision 1 at the first half of recall, 2/3 at the second', () => {
    expect(averagePrecision(scores, labels)).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  test('scores that all tie give the share of anomalies', () => {
    expect(averagePrecision(Float64Array.of(5, 5, 5, 5, 5), Int8Array.of(0, 1, 0, 0, 1))).toBeCloseTo(0.4, 12);
  });

  test('needs both kinds', () => {
    expect(averagePrecision(scores, Int8Array.of(1, 1, 1, 1))).toBeNull();
    expect(auroc(scores, Int8Array.of(0, 0, 0, 0))).toBeNull();
    expect(auroc(new Float64Array(0), new Int8Array(0))).toBeNull();
  });
});
