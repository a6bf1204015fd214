import { describe, expect, test } from 'vitest';
import { climb, isBetter, mayReplace, verdictOf } from './gate.ts';

test.each([
  [{ mean: 0.03, error: 0.02 }, true],
  [{ mean: 0.03, error: 0.04 }, false],
  [{ mean: 0.009, error: 0.001 }, false],
  [{ mean: 0.3, error: Number.POSITIVE_INFINITY }, false],
  [{ mean: Number.NaN, error: Number.POSITIVE_INFINITY }, false],
])('a gain of %o is better: %s', (gain, expected) => {
  expect(isBetter(gain)).toBe(expected);
});

test.each([
  [null, true],
  [{ mean: -0.03, error: 0.02 }, false],
  [{ mean: -0.03, error: 0.04 }, true],
  [{ mean: -0.009, error: 0.001 }, true],
  [{ mean: -0.3, error: Number.POSITIVE_INFINITY }, true],
])('a candidate with a gain of %o over what is in use may replace it: %s', (gain, expected) => {
  expect(mayReplace(gain)).toBe(expected);
});

describe('climbing', () => {
  const candidate = (name: string, ...aurocs: number[]) => ({
    name,
    judgements: aurocs.map((auroc, i) => ({ deviceId: `d${i}`, auroc })),
  });

  test('everything ties: the simplest', () => {
    const tied = [candidate('a', 0.8, 0.9, 0.7), candidate('b', 0.805, 0.9, 0.709), candidate('c', 0.81, 0.905, 0.705)];
    expect(climb(tied).name).toBe('a');
  });

  test('a sure gain on most devices counts, one lucky device does not', () => {
    const simple = candidate('a', 0.8, 0.9, 0.7, 0.8);
    // Gains 0 0 0 .2: mean .05, standard error .05.
    expect(climb([simple, candidate('lucky', 0.8, 0.9, 0.7, 1)]).name).toBe('a');
    expect(climb([simple, candidate('sure', 0.84, 0.93, 0.76, 0.83)]).name).toBe('sure');
  });

  test('small steps add up: compared is always with what is held', () => {
    const steps = [candidate('a', 0.8, 0.8), candidate('b', 0.808, 0.808), candidate('c', 0.816, 0.816)];
    expect(climb(steps).name).toBe('c');
  });

  test('nobody, and one device, which proves nothing', () => {
    expect(() => climb([])).toThrow('candidates: none, expected at least one');
    expect(climb([candidate('a', 0.5), candidate('b', 1)]).name).toBe('a');
    expect(climb([candidate('a'), candidate('b')]).name).toBe('a');
  });
});

test('the verdict says what was tried, on what, and what came of it', () => {
  const figures = { gain: 0, error: null, devices: 4, judgedOn: 'labels' as const };
  const tried = [
    { ...figures, learner: 'own', auroc: 0.8 },
    { ...figures, learner: 'eb', auroc: 0.9 },
  ];
  const worse = { period: 'later' as const, gain: { mean: -0.03, error: 0.02 }, devices: 4 };
  const begun = 'eb chosen: own 0.800, eb 0.900 on real anomalies of 4 held-out devices';
  expect(verdictOf('auto', 'eb', tried, [], null)).toBe(begun);
  expect(verdictOf('auto', 'eb', tried, [worse], null)).toBe(
    `${begun}; kept what is in use: -0.030 AUROC (standard error 0.020) against it on later windows`,
  );
  const equal = { ...worse, gain: { mean: 0, error: Number.POSITIVE_INFINITY } };
  expect(verdictOf('auto', 'eb', tried, [equal, { ...equal, period: 'recent' }], null)).toBe(
    `${begun}; as good as what is in use: +0.000 AUROC (standard error unknown, one device) against it on later windows, ` +
      '+0.000 AUROC (standard error unknown, one device) on the most recent ones',
  );
});
