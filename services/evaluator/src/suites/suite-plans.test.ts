import { parseDeviceClass } from '@tocsin/config';
import { learnerNames } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { probationaryRows, suitePlans } from './suite-plans.ts';

test('a plan is a class as people write it, learner included', () => {
  for (const { suite, learner, window, supportWindows, decision } of Object.values(suitePlans)) {
    expect(learnerNames).toContain(learner);
    const input = { channels: ['value'], rateHz: 1, learner, window, supportWindows, keepLearning: false, decision };
    expect(parseDeviceClass(suite, input)).toMatchObject({ window, supportWindows, learner });
  }
});

test("NAB's probationary period: 15 %, of at most 5,000 rows", () => {
  expect([100, 4032, 5000, 22_695].map(probationaryRows)).toEqual([15, 604, 750, 750]);
});
