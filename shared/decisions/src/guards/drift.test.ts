import type { FeatureElement, Reference } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { findDrift } from './drift.ts';
import { guardMessage } from './guard-message.ts';

const d = 20;
const elements = Array.from({ length: d }, (_, j): FeatureElement => ({
  name: `b.f${j}`,
  channel: 'b',
  block: 'time',
  unit: 'ln',
}));
const sinceMs = Date.UTC(2026, 0, 1);
const reference: Reference = { sinceMs, mean: new Float32Array(d).fill(10), deviation: new Float32Array(d).fill(2).fill(0, 18) };
/** Feature j has moved by `distances[j]` deviations; those that do not vary by 100. */
const drifted = (distances: number[]) => {
  const sum = Float64Array.from({ length: d }, (_, j) => 4 * (10 + 2 * (distances[j] ?? 0) + (j >= 18 ? 100 : 0)));
  return findDrift({ count: 4, sum }, reference, elements, ['a', 'b'], 3);
};

// 18 of 20 features vary; more than a tenth of them, two at least, must have moved by more than 3 deviations
test.each([
  ['nowhere', [], false],
  ['two, not far enough', [2.9, -2.9, 2.9], false],
  ['one, far', [50], false],
  ['two', [3.1, -4], true],
])('moved: %s', (_, distances, isDrift) => {
  expect(drifted(distances) !== null).toBe(isDrift);
});

test('says what moved most, in which direction, and since when', () => {
  const breach = drifted([3.5, -4, 0, 3.2])!;
  expect(breach).toMatchObject({ bound: 3, channel: 1, sinceMs });
  expect(breach.value).toBeCloseTo(-4, 6);
  expect(breach.told!.map(({ feature }) => feature)).toEqual(['b.f1', 'b.f0', 'b.f3']);
  expect(breach.told![0]).toMatchObject({ channel: 'b', actual: 2, expected: 10 });
  expect(breach.told!.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  const told = { deviceId: 'pump-1', channel: 'b', feature: 'b.peak (ln)', value: -4, bound: 3, sinceMs };
  expect(guardMessage('opened', 'drift', told)).toBe(
    'pump-1: peak level of b has crept down by 4 times its usual variation since 2026-01-01 00:00:00 UTC, too slowly for any alert; is it wear?',
  );
});

test('under three features one is enough', () => {
  const few: Reference = { sinceMs, mean: Float32Array.of(0, 0), deviation: Float32Array.of(1, 1) };
  expect(findDrift({ count: 1, sum: Float64Array.of(3.5, 0) }, few, elements.slice(0, 2), ['b'], 3)).toMatchObject({
    value: 3.5,
  });
});
