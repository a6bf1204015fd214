import { expect, test } from 'vitest';
import { nabProfiles, nabScore, nabSweep, normalisedNab, scaledSigmoid } from './nab-score.ts';

test("the sweep of NAB's own test (numenta/NAB, MIT: tests/integration/sweeper_test.py)", () => {
  const steps = nabSweep(
    [
      { score: 0, worth: -3, window: -1 },
      { score: 0.2, worth: 20, window: 0 },
      { score: 0.3, worth: 10, window: 0 },
      { score: 0.5, worth: 5, window: 1 },
      { score: 0.5, worth: -3, window: -1 },
    ],
    5,
  );
  expect(steps.map(({ threshold, score }) => [threshold, score])).toEqual([
    [1.1, -10],
    [0.5, -3],
    [0.3, 12],
    [0.2, 22],
    [0, 19],
  ]);
});

test('published figures: thresholds.json to final_results.json of numenta/NAB, contextOSE, 116 windows', () => {
  expect(normalisedNab(46.167000006791156, -116, 116)).toBeCloseTo(69.89956896844828, 5);
  expect(normalisedNab(39.38696292192149, -116, 116)).toBeCloseTo(66.97713919047413, 5);
  expect(normalisedNab(22.67222031445549, -232, 116)).toBeCloseTo(73.18167250416667, 5);
});

test('the sigmoid at the places that NAB documents', () => {
  expect(scaledSigmoid(-1)).toBeCloseTo(0.98661, 5);
  expect(scaledSigmoid(-0.5)).toBeCloseTo(0.84828, 5);
  expect(scaledSigmoid(0)).toBe(0);
  expect(scaledSigmoid(1)).toBeCloseTo(-0.98661, 5);
  expect(scaledSigmoid(3)).toBe(-1);
});

//  100 rows, 15 probationary, window 40..59; one detection at its first row is perfect, silence is 0.
test('perfection, silence, late finds and false positives', () => {
  const windows = [{ startRow: 40, endRow: 60 }];
  const at = (...rows: number[]) => Float64Array.from({ length: 100 }, (_, row) => (rows.includes(row) ? 1 : 0));
  const of = (scores: Float64Array) => nabScore([{ scores, windows }], nabProfiles.standard);
  expect(of(at(40)).normalised).toBeCloseTo(100);
  expect(of(at(40))).toMatchObject({ threshold: 1, found: 1, windows: 1, falsePositives: 0 });
  expect(of(at(59)).normalised).toBeLessThan(60);
  // A false positive before any window costs its whole weight, in the probationary period nothing.
  expect(of(at(20, 40)).score).toBeCloseTo(1 - 0.11);
  expect(of(at(3, 40)).score).toBeCloseTo(1);
  // Right after the window it costs little: position 1/19.
  expect(of(at(40, 60)).score).toBeCloseTo(1 + 0.11 * scaledSigmoid(1 / 19));
  expect(of(new Float64Array(100)).normalised).toBe(0);
  expect(nabScore([{ scores: new Float64Array(100), windows: [] }], nabProfiles.standard).normalised).toBe(0);
});
