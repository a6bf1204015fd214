import { expect, test } from 'vitest';
import { alignToGrid } from './align-to-grid.ts';

const aligned = (samples: number[], shifts: number[], marks = samples.map(() => 1)): number[] => {
  const out = Float32Array.from(samples);
  alignToGrid(out, Uint8Array.from(marks), Float32Array.from(shifts), 1, out.length);
  return [...out];
};

// place      0    1    2    3        a line of slope 10, taken beside the places of the grid
// taken at  0.25 1.5   2   2.75
test('a straight line is found again between its samples; beyond them their values are repeated', () => {
  expect(aligned([2.5, 15, 20, 27.5], [0.25, 0.5, 0, -0.25])).toEqual([2.5, 10, 20, 27.5]);
});

test('samples in their places are kept as they are', () => {
  expect(aligned([3, 1, 4, 1, 5], [0, 0, 0, 0, 0])).toEqual([3, 1, 4, 1, 5]);
});

// place      0    1    2    3    4
// taken at   0         -   3.5   4
test('a gap is bridged between the times at which its neighbours were taken', () => {
  expect(aligned([0, 99, 99, 35, 40], [0, 0, 0, 0.5, 0], [1, 0, 0, 1, 1])).toEqual([0, 10, 20, 30, 40]);
});

test('two samples at one time, and nothing at all, come out finite and as they were', () => {
  expect(aligned([1, 3], [0.5, -0.5])).toEqual([1, 3]);
  expect(aligned([7, 8], [0, 0], [0, 0])).toEqual([7, 8]);
});

test('every channel by itself', () => {
  const out = Float32Array.of(0, 1, 2, 0, -2, -4);
  alignToGrid(out, Uint8Array.of(1, 1, 1), Float32Array.of(0, -0.5, 0), 2, 3);
  expect(out[1]).toBeCloseTo(1 + 1 / 3);
  expect(out[4]).toBeCloseTo(-2 - 2 / 3);
});
