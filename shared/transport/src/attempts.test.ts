import { expect, test } from 'vitest';
import { countAttempts } from './attempts.ts';

test('delays double up to ten seconds, then it is over', () => {
  const attempts = countAttempts(10);
  const delays = Array.from({ length: 10 }, () => attempts.failed());
  expect(delays).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, null]);
});

test('only getting further than ever before starts the count anew', () => {
  const attempts = countAttempts(3);
  attempts.reached(50);
  attempts.failed();
  attempts.reached(40);
  attempts.reached(50);
  attempts.failed();
  attempts.reached(51);
  expect([attempts.failed(), attempts.failed(), attempts.failed()]).toEqual([100, 200, null]);
});
