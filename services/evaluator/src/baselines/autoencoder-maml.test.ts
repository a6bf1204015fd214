import type { LabelledFleet } from '@tocsin/models';
import { createRandom, normal } from '@tocsin/signals';
import { describe, expect, test } from 'vitest';
import { slowSpec } from '../slow-fleet.fixture.ts';
import { autoencoderMaml } from './autoencoder-maml.ts';
import { autoencoder } from './autoencoder.ts';
import { adaptFrom, metaGradientOf, type Start, type Windows } from './maml-start.ts';
import { curvatureOf } from './reconstruction-curvature.ts';
import { reconstructionNet } from './reconstruction-net.ts';

const step = 1e-5;

function drawn(seed: number, count: number, size = 1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => size * normal(random));
}

/** Central differences of `value` in every coordinate of `at`. */
function slopes(at: Float64Array, value: (at: Float64Array) => number): Float64Array {
  return at.map((_, i) => {
    const moved = (by: number): number => value(at.map((x, j) => (i === j ? x + by : x)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

function expectClose(found: Float64Array, wanted: Float64Array): void {
  found.forEach((value, i) => expect(value, `coordinate ${i}`).toBeCloseTo(wanted[i], 6));
}

describe('derivatives against central differences, d = 7', () => {
  const d = 7;
  const net = reconstructionNet(d);
  const weights = drawn(1, net.size, 0.6);
  const windows = (seed: number, n: number): Windows => ({ inputs: drawn(seed, n * d), n });

  test('gradient of a reconstruction error', () => {
    const { inputs } = windows(2, 2);
    const found = new Float64Array(net.size);
    expect(net.addGradient(weights, inputs, 1, 0.5, found)).toBe(net.error(weights, inputs, 1));
    expectClose(
      found,
      slopes(weights, (w) => net.error(w, inputs, 1) / 2),
    );
  });

  test('Hessian times a direction is how the gradient changes along it', () => {
    const { inputs } = windows(3, 1);
    const direction = drawn(4, net.size);
    const found = new Float64Array(net.size);
    curvatureOf(net)(weights, inputs, 0, 0.5, direction, found);
    const gradientAt = (by: number): Float64Array => {
      const gradient = new Float64Array(net.size);
      const moved = weights.map((value, i) => value + by * direction[i]);
      net.addGradient(moved, inputs, 0, 0.5, gradient);
      return gradient;
    };
    const [after, before] = [gradientAt(step), gradientAt(-step)];
    expectClose(
      found,
      after.map((value, i) => (value - before[i]) / (2 * step)),
    );
  });

  test('meta-gradient: through five inner steps, for the start and the rates', () => {
    const start: Start = { weights, logRates: Float64Array.of(0.4, 0.2, 0.7, 0.5).map(Math.log) };
    const [support, query] = [windows(5, 3), windows(6, 4)];
    const loss = (at: Start): number => {
      const adapted = adaptFrom(net, at, support);
      return [0, 1, 2, 3].reduce((sum, k) => sum + net.error(adapted, query.inputs, k) / 4, 0);
    };
    const found: Start = { weights: new Float64Array(net.size), logRates: new Float64Array(4) };
    expect(metaGradientOf(net)(start, support, query, 2, found)).toBeCloseTo(loss(start), 12);
    expectClose(
      found.weights,
      slopes(start.weights, (at) => 2 * loss({ ...start, weights: at })),
    );
    expectClose(
      found.logRates,
      slopes(start.logRates, (at) => 2 * loss({ ...start, logRates: at })),
    );
  });
});

describe('on a fleet whose devices share what moves together', () => {
  const spec = slowSpec();
  const d = spec.elements.length;
  const factors = drawn(11, 2 * d);

  /** Two common causes and a little noise around the device's own level. */
  function device(seed: number, n: number): Float32Array {
    const random = createRandom(seed);
    const level = Array.from({ length: d }, () => 0.5 * normal(random));
    const windows = new Float32Array(n * d);
    for (let k = 0; k < n; k++) {
      const [one, other] = [normal(random), normal(random)];
      for (let j = 0; j < d; j++)
        windows[k * d + j] = level[j] + one * factors[j] + other * factors[d + j] + 0.1 * normal(random);
    }
    return windows;
  }

  const fleet: LabelledFleet = {
    spec,
    devices: Array.from({ length: 12 }, (_, i) => {
      return { deviceId: `pump-${i}`, n: 60, windows: device(i + 20, 60), labels: new Int8Array(60) };
    }),
  };
  const unseen = device(90, 45);

  /** Mean ln of the error of an unseen device's later normals after its first K. */
  async function missAfter(learner: ReturnType<typeof autoencoder>, shots: number): Promise<number> {
    const fitted = await learner.fit(fleet, { seed: 3 });
    const score = await fitted.adapt(unseen.slice(0, shots * d), new Float32Array(0));
    let sum = 0;
    for (let k = 5; k < 45; k++) sum += score(unseen.subarray(k * d, (k + 1) * d)) / 40;
    return sum;
  }

  test('an unseen device is reconstructed better than from scratch, and better after its windows than before', async () => {
    const adapted = await missAfter(autoencoderMaml(), 5);
    expect(adapted).toBeLessThan((await missAfter(autoencoder(), 5)) - 0.3);
    expect(adapted).toBeLessThan((await missAfter(autoencoderMaml(), 0)) - 0.1);
  });
});
