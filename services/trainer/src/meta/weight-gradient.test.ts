import { adaptClosedForm, closedFormScore, emptySupport, fitFleet, learnWindow, softplus } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import type { Episode } from '../episodes/draw-episode.ts';
import { normal, seededRandom } from '../random.ts';
import { weightEpisode } from './weight-episode.ts';
import { addWeightGradient, emptyWeightGradient, type Link } from './weight-gradient.ts';

const d = 6;
const link = { a: 1.3, c: -0.4 };
const reservoir = { reservoirWindows: Infinity, memoryWindows: 200 };

/** The loss by the code of the live path, which shares nothing with the gradient but the formulas. */
function referenceLoss(initialisation: Initialisation, { a, c }: Link, { support, normals, anomalies }: Episode): number {
  const taught = emptySupport(d);
  for (const features of support) learnWindow(taught, features, reservoir);
  const model = adaptClosedForm(initialisation, taught);
  const side = (windows: readonly Float32Array[], sign: number): number =>
    windows.reduce((sum, x) => sum + softplus(sign * (a * closedFormScore(model, x) + c)) / windows.length, 0);
  return side(normals, 1) + side(anomalies, -1);
}

function scene(shots: number): { initialisation: Initialisation; episode: Episode } {
  const random = seededRandom(shots + 1);
  // Feature 5 does not vary: nothing may depend on it.
  const windows = (n: number, centre: number, spread = 1): Float32Array[] =>
    Array.from({ length: n }, () => Float32Array.from({ length: d }, (_, j) => (j === 5 ? 3 : centre + spread * normal(random))));
  const fleet = Array.from({ length: 5 }, (_, i) => ({
    deviceId: `pump-${i}`,
    n: 30,
    windows: flat(windows(30, normal(random))),
  }));
  const fitted = fitFleet(fleet, d);
  const moved = (values: Float64Array): Float64Array => values.map((value) => value * Math.exp(0.5 * normal(random)));
  return {
    initialisation: { ...fitted, omega: moved(fitted.omega), kappa: moved(fitted.kappa), nu: moved(fitted.nu) },
    episode: { deviceId: 'pump-0', support: windows(shots, 0.5), normals: windows(7, 0.5), anomalies: windows(4, 2, 2) },
  };
}

function flat(windows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(windows.flatMap((features) => [...features]));
}

describe('the gradient through the closed form', () => {
  test.each([0, 1, 2, 10, 50])(
    'equals central differences of the live path, coordinate by coordinate, with %i shots',
    (shots) => {
      const { initialisation, episode } = scene(shots);
      const gradient = emptyWeightGradient(d);
      const loss = addWeightGradient(initialisation, link, weightEpisode(initialisation, episode), 1, gradient);
      expect(loss).toBeCloseTo(referenceLoss(initialisation, link, episode), 5);
      for (const name of ['omega', 'kappa', 'nu'] as const) {
        gradient[name].forEach((slope, i) => {
          const at = (change: number): number => {
            const values = initialisation[name].map((value, j) => (j === i ? value * Math.exp(change) : value));
            return referenceLoss({ ...initialisation, [name]: values }, link, episode);
          };
          expect(Math.abs(slope - (at(1e-4) - at(-1e-4)) / 2e-4)).toBeLessThan(1e-4 * Math.max(0.01, Math.abs(slope)));
        });
      }
      for (const name of ['a', 'c'] as const) {
        const at = (change: number): number => referenceLoss(initialisation, { ...link, [name]: link[name] + change }, episode);
        expect(gradient[name]).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 6);
      }
    },
  );

  test('is shared out between episodes', () => {
    const { initialisation, episode } = scene(5);
    const [whole, halves] = [emptyWeightGradient(d), emptyWeightGradient(d)];
    const task = weightEpisode(initialisation, episode);
    addWeightGradient(initialisation, link, task, 1, whole);
    for (const share of [0.5, 0.5]) addWeightGradient(initialisation, link, task, share, halves);
    halves.kappa.forEach((slope, j) => expect(slope).toBeCloseTo(whole.kappa[j], 10));
  });

  test('stays finite where a support does not vary and where a side of the query is empty', () => {
    const { initialisation, episode } = scene(4);
    const still = { ...episode, support: Array.from({ length: 4 }, () => new Float32Array(d).fill(1)), anomalies: [] };
    const steady = { ...initialisation, nu: new Float64Array(d).fill(1e-12) };
    const gradient = emptyWeightGradient(d);
    expect(addWeightGradient(steady, link, weightEpisode(steady, still), 1, gradient)).toBeGreaterThan(0);
    expect([...gradient.omega, ...gradient.kappa, ...gradient.nu, gradient.a, gradient.c].every(Number.isFinite)).toBe(true);
  });
});
