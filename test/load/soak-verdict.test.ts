import { createRandom, normal } from '@tocsin/signals';
import { expect, test } from 'vitest';
import { judgeSoak, slopeOf } from './soak-verdict.ts';

const random = createRandom(1);

/** A sample each ten seconds for half an hour: memory after `mb`, lag after `lag`, both of the hour. */
function soak(mb: (hours: number) => number, lag: (hours: number) => number) {
  return Array.from({ length: 180 }, (_, i) => {
    const [hours, noise] = [i / 360, normal(random)];
    const memory = mb(hours) + 3 * noise;
    return {
      seconds: 10 * i,
      read: 1000 * i,
      lag: Math.max(0, lag(hours) + 100 * noise),
      ownMb: 2 * memory,
      heapMb: memory,
      devices: 10,
      loopMs: 1,
    };
  });
}

test('a line is found with its interval', () => {
  const { perHour, low, high } = slopeOf(Array.from({ length: 100 }, (_, i) => [i, 3 * i + normal(random)]));
  expect(perHour).toBeCloseTo(3, 1);
  expect(low).toBeLessThan(3);
  expect(high).toBeGreaterThan(3);
});

test('flat with noise, and a warm-up in the first third, pass', () => {
  expect(
    judgeSoak(
      soak(
        (h) => 100 + 40 * Math.min(1, h / 0.1),
        () => 500,
      ),
      1000,
    ).problems,
  ).toEqual([]);
});

test('a leak, and a scorer that falls behind, do not', () => {
  expect(
    judgeSoak(
      soak(
        (h) => 100 + 60 * h,
        () => 0,
      ),
      1000,
    ).problems,
  ).toEqual([expect.stringMatching(/^heap after a collection rose/), expect.stringMatching(/^own memory rose/)]);
  expect(
    judgeSoak(
      soak(
        () => 100,
        (h) => 20_000 * h,
      ),
      1000,
    ).problems,
  ).toEqual([expect.stringMatching(/^the lag grew/)]);
});
