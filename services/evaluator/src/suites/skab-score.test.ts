import { expect, test } from 'vitest';
import { changesOf, skabChangepoint, skabOutlier, type SkabChangepoint } from './skab-score.ts';

test('rows of all runs together', () => {
  const runs = [
    { predicted: Uint8Array.of(0, 1, 1, 0), actual: Uint8Array.of(0, 0, 1, 1) },
    { predicted: Uint8Array.of(0, 0, 1, 1), actual: Uint8Array.of(0, 0, 1, 1) },
  ];
  // TP 3, FP 1, FN 1, TN 3.
  expect(skabOutlier(runs)).toEqual({ f1: 0.75, far: 25, mar: 25 });
});

test('nothing to divide by', () => {
  expect(skabOutlier([])).toEqual({ f1: null, far: null, mar: null });
  const healthy = [{ predicted: Uint8Array.of(0, 0), actual: Uint8Array.of(0, 0) }];
  expect(skabOutlier(healthy)).toEqual({ f1: null, far: 0, mar: null });
});

test('a prediction changes where it differs from the row before', () => {
  expect(changesOf(Uint8Array.of(1, 1, 0, 0, 1))).toEqual(Uint8Array.of(1, 0, 1, 0, 1));
});

//  changepoint at 100 s: its window is 85 s..115 s. Figures of chp_score (waico/SKAB, core/metrics.py; window_width 30 s, center).
test('changepoints: found early, found late, missed, false', () => {
  const timesMs = Float64Array.from({ length: 200 }, (_, row) => 1000 * row);
  const from = (...rows: number[]) => {
    let mark = 0;
    return Uint8Array.from(timesMs, (_, row) => (rows.includes(row) ? (mark = 1 - mark) : mark));
  };
  const of = (predicted: Uint8Array, changepoints = [100]) => skabChangepoint([{ timesMs, predicted, changepoints }]);
  expect(of(from(85)).standard).toBeCloseTo(100);
  expect(of(from())).toEqual({ standard: 0, lowFP: 0, lowFN: 0 });
  expect(of(from(115)).standard).toBeCloseTo((100 * (1 - 0.11)) / 2);
  expect(of(from(20)).standard).toBeCloseTo((100 * -0.11) / 2);
  const rounded = ({ standard, lowFP, lowFN }: SkabChangepoint) =>
    [standard, lowFP, lowFN].map((value) => Number(value.toFixed(2)));
  expect(rounded(of(from(93, 130)))).toEqual([85.68, 79.31, 90.45]);
  // Two windows that overlap.
  expect(rounded(of(from(97, 118, 150), [100, 120]))).toEqual([86.19, 82.34, 90.79]);
});
