import { NotApplicable, type LabelledFleet } from '@tocsin/models';
import { createRandom, normal } from '@tocsin/signals';
import { describe, expect, test } from 'vitest';
import { cholesky, solveLower } from './cholesky.ts';
import { fleetScaling, ownScaling } from './scaling.ts';
import { slowSpec } from '../slow-fleet.fixture.ts';
import { baselineLearners } from './index.ts';
import { mahalanobis } from './mahalanobis.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';

const spec = slowSpec(['a', 'b']);
const d = spec.elements.length;

/** `n` windows around `centre`; the last feature never changes. */
function windowsAround(seed: number, n: number, centre: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n * d }, (_, at) => (at % d === d - 1 ? 3 : centre + normal(random)));
}

function fleet(devices: number): LabelledFleet {
  return {
    spec,
    devices: Array.from({ length: devices }, (_, i) => {
      return { deviceId: `pump-${i}`, n: 40, windows: windowsAround(i + 1, 40, i / 4), labels: new Int8Array(40) };
    }),
  };
}

describe.each(baselineLearners.map((learner) => ({ name: learner.name, learner })))('$name', ({ learner, name }) => {
  const own = windowsAround(50, 12, 0.3);
  const nothing = new Float32Array(0);

  test('scores what is far off higher than what is like the support, finitely', async () => {
    const device = await (await learner.fit(fleet(4), { seed: 1 })).adapt(own, nothing);
    const calm = windowsAround(60, 30, 0.3);
    const wild = windowsAround(61, 30, 6);
    const mean = (windows: Float32Array): number => {
      let sum = 0;
      for (let at = 0; at < windows.length; at += d) sum += device(windows.subarray(at, at + d)) / 30;
      return sum;
    };
    expect(mean(wild)).toBeGreaterThan(mean(calm) + 0.05);
    expect(Number.isFinite(mean(wild))).toBe(true);
  });

  test('the same seed gives the same scores', async () => {
    const x = windowsAround(62, 1, 2);
    const scoreOf = async (): Promise<number> => (await (await learner.fit(fleet(3), { seed: 7 })).adapt(own, nothing))(x);
    expect(await scoreOf()).toBe(await scoreOf());
  });

  test('a constant support, one window or none: an answer or what it would need', async () => {
    for (const support of [new Float32Array(5 * d).fill(3), windowsAround(63, 1, 0), nothing]) {
      try {
        const device = await (await learner.fit(fleet(2), { seed: 1 })).adapt(support, nothing);
        expect(Number.isFinite(device(windowsAround(64, 1, 1)))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(NotApplicable);
        expect(String(error)).toContain(`${name} needs`);
      }
    }
  });

  test.each([0, 1, 2])('a fleet of %d: an answer or what it would need', async (devices) => {
    try {
      const device = await (await learner.fit(fleet(devices), { seed: 1 })).adapt(own, nothing);
      expect(Number.isFinite(device(windowsAround(65, 1, 1)))).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(NotApplicable);
    }
  });
});

test('nearest neighbours, worked: mean of the three smallest squared distances', () => {
  const score = nearestNeighbours(Float64Array.of(0, 1, 3, 10), 1, 1);
  expect(score(Float64Array.of(2))).toBeCloseTo(Math.log((1 + 1 + 4) / 3), 6);
});

test('Mahalanobis: along the spread of the support less than across it', () => {
  const random = createRandom(5);
  const support = Float64Array.from({ length: 400 }, () => 0);
  for (let k = 0; k < 200; k++) {
    const along = 3 * normal(random);
    support[2 * k] = along + 0.1 * normal(random);
    support[2 * k + 1] = along + 0.1 * normal(random);
  }
  const score = mahalanobis(support, 2, 1);
  expect(score(Float64Array.of(2, -2))).toBeGreaterThan(score(Float64Array.of(2, 2)) + 3);
});

test('scaling: own deviations count as a thousandth of those of the fleet at least, constants as nothing', () => {
  const shared = fleetScaling(fleet(4));
  expect(shared?.gain[d - 1]).toBe(0);
  const own = ownScaling(new Float32Array(5 * d).fill(3), d, shared);
  expect(own.gain[0]).toBeCloseTo((shared?.gain[0] ?? Number.NaN) / 0.001, 3);
  expect(own.gain[d - 1]).toBe(0);
  const alone = ownScaling(new Float32Array(5 * d).fill(3), d, fleetScaling(fleet(0)));
  expect(alone.gain[0]).toBeCloseTo(1 / 0.003, 6);
});

test('cholesky, worked', () => {
  // [4 2; 2 3] = L L' with L = [2 0; 1 sqrt 2].
  const root = cholesky(Float64Array.of(4, 2, 2, 3), 2);
  expect([...root]).toEqual([2, 0, 1, Math.SQRT2]);
  const x = Float64Array.of(8, 4 + Math.SQRT2);
  solveLower(root, x, 2);
  expect([...x]).toEqual([4, expect.closeTo(1, 12)]);
  expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/row 1/);
});
