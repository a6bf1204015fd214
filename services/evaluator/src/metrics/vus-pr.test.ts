import { expect, test } from 'vitest';
import { vusPr } from './vus-pr.ts';

const labels = Int8Array.of(0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0);
const scores = Float64Array.of(0.1, 0.2, 0.7, 0.6, 0.9, 0.3, 0.15, 0.8, 0.05, 0.25, 0.65, 0.5);

// RangeAUC_volume_opt of the authors' package (vus 0.0.6 on PyPI) on the same twelve windows.
test.each([
  [0, 0.6166666666666667],
  [4, 0.6968058631600502],
  [6, 0.7488745415146925],
])('buffers to %d: as the authors compute it', (bufferMax, expected) => {
  expect(vusPr(scores, labels, bufferMax)).toBeCloseTo(expected, 12);
});

test('worked without buffer: one range of two, the second window found after a normal one', () => {
  // Thresholds: 1 of 2 found, precision 1: area .5; a normal; both found, precision 2/3: + .5 * 2/3.
  expect(vusPr(Float64Array.of(3, 1, 2, 0), Int8Array.of(1, 1, 0, 0), 0)).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
});

test('a window beside the range is worth something, one far away is not', () => {
  const one = Int8Array.of(0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0);
  const peakAt = (at: number): number =>
    vusPr(
      Float64Array.from(one, (_, i) => (i === at ? 1 : 0)),
      one,
      4,
    ) ?? 0;
  expect(peakAt(3)).toBeGreaterThan(peakAt(11));
  expect(peakAt(4)).toBeGreaterThan(peakAt(3));
});

test('needs both kinds', () => {
  expect(vusPr(scores, new Int8Array(12), 4)).toBeNull();
  expect(vusPr(scores, new Int8Array(12).fill(1), 4)).toBeNull();
});
