import { expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { fitRegimes } from './fit-regimes.ts';
import { context, d, regimeFleet } from './regime-fleet.ts';
import { scoreWindow, scoreWindows } from './score.ts';
import { emptySupport, learnWindow } from './support.ts';
import { headOf, learnedInitialisation } from './test-fleet.ts';

const fleet = regimeFleet(1, 6, 60);
const regimes = fitRegimes(fleet, d, context)!;
const plain = learnedInitialisation(2, d);
const windows = Array.from({ length: 23 }, (_, k) => fleet[0].windows.subarray(k * d, (k + 1) * d));

test.each([
  { name: 'the closed form', initialisation: plain },
  { name: 'a head', initialisation: { ...plain, head: headOf(3, d) } },
  { name: 'regimes', initialisation: { ...plain, regimes } },
  {
    name: 'everything at once',
    initialisation: { ...plain, regimes, head: headOf(3, d), own: { share: 0.5, nu: 5e-5 } },
  },
])('many windows score as one by one to the last bit: $name', ({ initialisation }) => {
  const support = emptySupport(d);
  const plan = { reservoirWindows: 8, memoryWindows: 200, ...('regimes' in initialisation ? { regimes } : {}) };
  for (const features of windows.slice(0, 8)) learnWindow(support, features, plan);
  const model = adapt(initialisation, support);
  const withMissing = [...windows, windows[0].map(() => Number.NaN)];
  expect(scoreWindows(model, withMissing)).toEqual(Float64Array.from(withMissing, (x) => scoreWindow(model, x)));
});

test('no windows, no scores; a wrong length is refused', () => {
  const model = adapt(plain, emptySupport(d));
  expect(scoreWindows(model, [])).toEqual(new Float64Array(0));
  expect(() => scoreWindows(model, [new Float32Array(d + 1)])).toThrow(RangeError);
});
