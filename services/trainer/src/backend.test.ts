import { expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from './backend.ts';
import { gradientError } from './meta/gradient-check.ts';

test.each(['wasm', 'cpu'] as const)('%s gets every single meta-gradient right', async (name) => {
  const backend = await selectBackend(name);
  expect(backend).toMatchObject({ name, device: 'cpu' });
  expect(tf.getBackend()).toBe(name);
  const before = tf.memory().numTensors;
  expect(await gradientError()).toBeLessThan(1e-4);
  expect(tf.memory().numTensors).toBe(before);
});

test('auto says what it uses and why nothing better', async () => {
  const backend = await selectBackend('auto');
  if (backend.name === 'tensorflow') return;
  expect(backend.name).toBe('wasm');
  expect(backend.description).toMatch(
    /^wasm on cpu .*; not tensorflow: @tensorflow\/tfjs-node-gpu .*, @tensorflow\/tfjs-node not installed/,
  );
});
