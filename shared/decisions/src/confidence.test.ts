import { expect, test } from 'vitest';
import { confidenceOf } from './confidence.ts';

test.each([
  [0, true, 'prior'],
  [9, true, 'cold'],
  [10, true, 'provisional'],
  [10, false, 'watching'],
])('%i of 10 windows, provisional threshold %s: %s', (windows, isProvisional, expected) => {
  expect(confidenceOf(windows, 10, isProvisional)).toBe(expected);
});
