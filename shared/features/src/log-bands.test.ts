import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binHz, logBandEdges } from './log-bands.ts';

test('24 bands of a window of 1,024: one bin each where bins are wider than bands, then geometric', () => {
  expect(logBandEdges(1024, 24)).toEqual([
    2, 3, 4, 5, 6, 7, 8, 10, 13, 16, 20, 25, 32, 40, 51, 64, 81, 102, 128, 161, 203, 256, 323, 406, 513,
  ]);
});

test('a short window has one band per bin', () => {
  expect(logBandEdges(16, 24)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test('whatever the window, every band has a bin and every bin from 2 to Nyquist one band', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 13 }), fc.integer({ min: 1, max: 200 }), (log2, wanted) => {
      const samples = 2 ** log2;
      const edges = logBandEdges(samples, wanted);
      expect(edges.length - 1).toBe(Math.min(wanted, samples / 2 - 1));
      expect(edges[0]).toBe(2);
      expect(edges.at(-1)).toBe(samples / 2 + 1);
      edges.slice(1).forEach((edge, b) => expect(edge).toBeGreaterThan(edges[b]));
    }),
    { seed: 7 },
  );
});

test('frequencies have the digits that tell bins apart, and no more', () => {
  expect(binHz(81, 1024, 4300)).toBe('340');
  expect(binHz(3, 1024, 512)).toBe('1.5');
  expect(binHz(7, 256, 100)).toBe('2.7');
  expect(binHz(5, 256, 25600)).toBe('500');
});
