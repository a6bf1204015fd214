// A series goes on with what comes, and takes what comes twice once.
import { expect, test } from 'vitest';
import type { Series } from '../../src/api/fleet-api.ts';
import { joinSeries } from './join-series.ts';

const series = (ends: readonly number[], score = 0): Series => ({
  windowId: ends.map(String),
  endMs: [...ends],
  score: ends.map(() => score),
  threshold: ends.map(() => 1),
  pValue: ends.map(() => 0.5),
  coverage: ends.map(() => 1),
  modelVersion: ends.map(() => 1),
  flags: ends.map(() => 0),
});

test('later windows follow, the same ones count as they came last, others keep their place', () => {
  const joined = joinSeries(series([1, 2, 3]), series([2, 4], 7));
  expect(joined.endMs).toEqual([1, 2, 3, 4]);
  expect(joined.score).toEqual([0, 7, 0, 7]);
  expect(joinSeries(series([1]), series([]))).toEqual(series([1]));
});
