import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { closedFormScore } from './score.ts';
import { emptySupport, learnWindow } from './support.ts';
import { teachAsNormal, unteach, withdraw } from './teach-as-normal.ts';
import { deviceOf, learnedInitialisation, seeded, supportOf } from './test-fleet.ts';

const d = 4;
const shots = 10;

test('one window called normal deviates by little in every feature afterwards, however far away it was', () => {
  const far = fc.array(fc.integer({ min: -1e4, max: 1e4 }), { minLength: d, maxLength: d });
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 400 }), far, (seed, n, x) => {
      const initialisation = learnedInitialisation(seed % 5, d);
      const support = supportOf(deviceOf('p', seeded(seed), n, d).windows, d);
      const named = Float32Array.from(x);
      teachAsNormal(support, [named], shots);
      const model = adapt(initialisation, support);
      closedFormScore(model, named);
      model.scratch.u.forEach((u, j) => expect(u * u).toBeLessThanOrEqual(2 + initialisation.nu[j] / shots + 1e-3));
    }),
    { seed: 1 },
  );
});

test('as many windows again outweigh what the device knew, even after a year', () => {
  const support = supportOf(deviceOf('p', seeded(1), 500, d).windows, d);
  const x = new Float32Array(d).fill(1000);
  teachAsNormal(support, [x, x], shots);
  for (let k = 0; k < shots; k++) learnWindow(support, x, { reservoirWindows: shots, memoryWindows: 200 });
  expect(support.sum[0] / support.count).toBeGreaterThan(600);
});

test('a verdict that was taken back leaves no trace but a shorter memory', () => {
  const support = supportOf(deviceOf('p', seeded(2), 8, d).windows, d);
  const before = structuredClone(support);
  const x = new Float32Array(d).fill(50);
  const weight = teachAsNormal(support, [x], shots);
  unteach(support, x, weight);
  expect(support.count).toBeCloseTo(before.count, 9);
  support.sum.forEach((sum, j) => expect(sum).toBeCloseTo(before.sum[j], 6));
});

test('a support window that was none is taken out of the sums and of the reservoir', () => {
  const { windows } = deviceOf('p', seeded(3), 5, d);
  const support = supportOf(windows, d);
  expect(withdraw(support, 2, 1)).toEqual(windows.slice(2 * d, 3 * d));
  const rest = Float32Array.from([...windows.slice(0, 2 * d), ...windows.slice(3 * d)]);
  expect(support.reservoir).toEqual(rest);
  const expected = emptySupport(d);
  for (let k = 0; k < 4; k++) learnWindow(expected, rest.subarray(k * d, k * d + d), { reservoirWindows: 9, memoryWindows: 9 });
  support.sum.forEach((sum, j) => expect(sum).toBeCloseTo(expected.sum[j], 4));
});
