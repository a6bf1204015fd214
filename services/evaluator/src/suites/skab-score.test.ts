import { expect, test } from 'vitest';
import { changesOf, skabChangepoint, skabOutlier } from './skab-score.ts';

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
