import * as fc from 'fast-check';
import type { Calibration } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { defaultTail } from './calibrate.ts';
import { fleetMedian, leastPValue, pValueAt, thresholdAt } from './threshold.ts';

const rising = fc
  .tuple(
    fc.double({ min: -5, max: 5, noNaN: true }),
    fc.array(fc.double({ min: 1e-3, max: 2, noNaN: true }), { minLength: 9, maxLength: 9 }),
  )
  .map(([first, steps]) => steps.reduce((row, step) => [...row, row[row.length - 1] + step], [first]))
  .map((row) => Float64Array.from(row));
const calibrations: fc.Arbitrary<Calibration> = fc.tuple(rising, rising, rising).map((quantiles) => ({
  shots: [0, 5, 100],
  tail: defaultTail,
  quantiles,
  medians: quantiles.map((row) => row[0]),
  devices: 12,
}));
const shots = fc.double({ min: 0, max: 300, noNaN: true });
const rates = fc.double({ min: Math.log(1e-7), max: Math.log(0.6), noNaN: true }).map(Math.exp);

describe('threshold and p-value, for any calibration', () => {
  test('undo each other', () => {
    fc.assert(
      fc.property(calibrations, shots, rates, (calibration, count, rate) => {
        const back = pValueAt(calibration, thresholdAt(calibration, count, rate), count);
        expect(Math.abs(Math.log(back / rate))).toBeLessThan(1e-6);
      }),
      { seed: 1 },
    );
  });

  test('the p-value falls with the score, within (0, 1]', () => {
    fc.assert(
      fc.property(
        calibrations,
        shots,
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (calibration, count, score, rise) => {
          const [p, further] = [pValueAt(calibration, score, count), pValueAt(calibration, score + rise, count)];
          expect(further).toBeLessThanOrEqual(p);
          expect(further).toBeGreaterThanOrEqual(leastPValue);
          expect(p).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('worked numbers', () => {
  const calibration: Calibration = {
    shots: [9, 39],
    tail: [0.5, 0.05, 0.005],
    quantiles: [Float64Array.of(0, 1, 3), Float64Array.of(0, 2, 4)],
    medians: [0, 1],
    devices: 12,
  };

  test('at a tail, between tails in ln p, and beyond them', () => {
    expect(thresholdAt(calibration, 9, 0.05)).toBeCloseTo(1, 12);
    expect(thresholdAt(calibration, 9, Math.sqrt(0.05 * 0.005))).toBeCloseTo(2, 12);
    expect(thresholdAt(calibration, 9, 0.0005)).toBeCloseTo(5, 12);
    expect(pValueAt(calibration, 3, 9)).toBeCloseTo(0.005, 12);
  });

  test('between shots in ln(K + 1), clamped outside', () => {
    expect(thresholdAt(calibration, 19, 0.05)).toBeCloseTo(1.5, 12);
    expect(fleetMedian(calibration, 19)).toBeCloseTo(0.5, 12);
    expect(thresholdAt(calibration, 0, 0.05)).toBeCloseTo(1, 12);
    expect(thresholdAt(calibration, 289, 0.05)).toBeCloseTo(2, 12);
  });

  test('none is a number of shots like any other', () => {
    const fromNone = { ...calibration, shots: [0, 3] };
    expect(thresholdAt(fromNone, 0, 0.05)).toBeCloseTo(1, 12);
    expect(thresholdAt(fromNone, 1, 0.05)).toBeCloseTo(1.5, 12);
    expect(thresholdAt(fromNone, 3, 0.05)).toBeCloseTo(2, 12);
  });

  test('far outside', () => {
    expect(pValueAt(calibration, -1e6, 9)).toBe(1);
    expect(pValueAt(calibration, 1e6, 9)).toBe(leastPValue);
    expect(pValueAt(calibration, NaN, 9)).toBeNaN();
    for (const rate of [0, 1, NaN]) expect(() => thresholdAt(calibration, 9, rate)).toThrow('falseAlarmRate');
  });
});
