import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend, type Backend } from '../../backend.ts';
import { normal, seededRandom } from '../../random.ts';
import { drawnEpisodes, drawnWeights } from '../drawn-episodes.fixture.ts';
import { headSchemes, type Engine, type EpisodePool } from '../engine.ts';
import { selfTestError, slopesError } from '../self-test.ts';
import { createSimdEngine } from '../simd/simd-engine.ts';
import { createTensorEngine } from './tensor-engine.ts';

const hidden = 16;
const width = 24;
const d = 8;
const own = createSimdEngine();
let tensor: Engine;

/** WebGPU is looked for by itself: a machine without an adapter, or without the optional packages, cannot test it. */
const webgpu: Backend | string = await selectBackend('webgpu').catch((error: unknown) => String(error));
if (typeof webgpu === 'string') process.stderr.write(`\nWebGPU IS NOT TESTED HERE: ${webgpu}\n\n`);
const why = typeof webgpu === 'string' ? ` (skipped: ${webgpu.replace(/[()]/g, '')})` : '';
const backends = [
  ['wasm', '', false],
  ['webgpu', why, typeof webgpu === 'string'],
] as const;

describe.each(backends)('%s%s', (name, _, isMissing) => {
  describe.skipIf(isMissing)('task-batched', () => {
    beforeAll(async () => {
      ({ engine: tensor } = await selectBackend(name));
    }, 60_000);

    test('every slope equals its float64 reference', async () => {
      expect(await selfTestError(tensor)).toBeLessThan(1e-4);
    }, 60_000);

    test.each(headSchemes)(
      '%s: agrees with our own engine to 1e-5, with mixed shots',
      async (scheme) => {
        const random = seededRandom(3);
        const pool = drawnEpisodes(random, 12, width);
        const rates = scheme === 'meta-sgd' ? Array.from({ length: width + 3 }, () => Math.exp(0.3 * normal(random))) : [];
        const head = Array.from({ length: (width + 2) * hidden + 3 }, () => 0.3 * normal(random));
        const task = { scheme, hidden, innerSteps: 5, innerRate: 0.5 };
        await expectAgreement((engine) => engine.heads(task, pool), Float64Array.of(...head, ...rates));
      },
      60_000,
    );

    test('prototypes agree to 1e-5', async () => {
      const random = seededRandom(4);
      const pool = drawnEpisodes(random, 12, width);
      const parameters = Float64Array.from({ length: (width + 4) * hidden + 4 }, () => 0.3 * normal(random));
      await expectAgreement((engine) => engine.prototypes({ hidden, weight: 2 }, pool), parameters);
    }, 60_000);

    test('weights agree to 1e-5', async () => {
      const { start, pool } = drawnWeights(seededRandom(5), 12, d);
      const parameters = Float64Array.of(...start.omega, ...start.kappa, ...start.nu, 1.2, -0.3);
      await expectAgreement((engine) => engine.weights(start, pool), parameters);
    }, 60_000);

    test('the same in small blocks and parts', async () => {
      const pool = drawnEpisodes(seededRandom(7), 12, width);
      const parameters = Float64Array.from({ length: (width + 2) * hidden + 3 }, (_, at) => Math.sin(at) / 4);
      tensor = createTensorEngine(() => {}, 20_000, 2);
      await expectAgreement(
        (engine) => engine.heads({ scheme: 'maml', hidden, innerSteps: 3, innerRate: 0.5 }, pool),
        parameters,
      );
    }, 60_000);

    test('a step leaves nothing behind, and a pool that is disposed of nothing at all', async () => {
      const pool = drawnEpisodes(seededRandom(6), 8, width);
      const parameters = Float64Array.from({ length: (width + 2) * hidden + 3 }, (_, at) => Math.sin(at) / 4);
      const before = tf.memory().numTensors;
      const opened = tensor.heads({ scheme: 'maml', hidden, innerSteps: 2, innerRate: 0.5 }, pool);
      const held = tf.memory();
      for (let step = 0; step < 20; step++) await opened.slopes(parameters, [step % 8, (step + 3) % 8]);
      expect(tf.memory()).toMatchObject({ numTensors: held.numTensors, numBytes: held.numBytes });
      opened.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }, 60_000);
  });
});

describe.skipIf(typeof webgpu === 'string')(`a GPU that disappears${why}`, () => {
  test('fails the step under way, and every further one', async () => {
    const { engine } = await selectBackend('webgpu');
    const pool = drawnEpisodes(seededRandom(6), 8, width);
    const parameters = Float64Array.from({ length: (width + 2) * hidden + 3 }, (_, at) => Math.sin(at) / 4);
    const opened = engine.heads({ scheme: 'maml', hidden, innerSteps: 2, innerRate: 0.5 }, pool);
    await opened.slopes(parameters, [0, 1]);
    const backend: object = tf.backend();
    if (!('device' in backend)) throw new Error('no device');
    (backend.device as { destroy(): void }).destroy();
    await expect(opened.slopes(parameters, [2, 3])).rejects.toThrow();
    await expect(selfTestError(engine)).rejects.toThrow();
  }, 60_000);
});

async function expectAgreement(open: (engine: Engine) => EpisodePool, parameters: Float64Array): Promise<void> {
  const chosen = [3, 0, 7, 11, 5, 4];
  const [found, wanted] = [open(tensor), open(own)];
  const [one, other] = [await found.slopes(parameters, chosen), await wanted.slopes(parameters, chosen)];
  found.dispose();
  wanted.dispose();
  expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-5);
  expect(slopesError(one.slopes, other.slopes)).toBeLessThan(1e-3);
  const largest = other.slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  one.slopes.forEach((slope, i) => expect(Math.abs(slope - other.slopes[i])).toBeLessThan(1e-5 * largest));
}
