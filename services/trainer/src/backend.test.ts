import { expect, test } from 'vitest';
import { isWorking, selectBackend } from './backend.ts';
import type { Engine } from './meta/engine.ts';
import { createSimdEngine } from './meta/simd/simd-engine.ts';
import { selfTestError } from './meta/self-test.ts';

test.each(['wasm', 'cpu'] as const)('%s is checked, named and timed', async (name) => {
  const backend = await selectBackend(name);
  expect(backend).toMatchObject({ name, device: 'cpu' });
  expect(backend.deviceName).not.toBe('');
  expect(backend.stepSeconds).toBeGreaterThan(0);
  expect(backend.description).toMatch(
    /^(wasm|cpu) on cpu: .* \(.*; slopes right to .*, an outer step of 32 episodes in [\d.]+ ms\)/,
  );
});

test('auto takes a GPU or our own engine, never what plays a GPU, and says why nothing better', async () => {
  const backend = await selectBackend('auto');
  if (backend.device === 'gpu') return;
  expect(backend.name).toBe('cpu');
  expect(backend.description).toMatch(/; not tensorflow: .*; not webgpu: /);
});

test('a GPU that is required and is not there is an error that says what was tried and what to install', async () => {
  const asked = await selectBackend('auto', true).catch((error: unknown) => String(error));
  if (typeof asked !== 'string') return;
  expect(asked).toMatch(/trainer.requireGpu: no GPU is usable \(tried tensorflow: .*; webgpu: .*npm install --no-save/);
  await expect(selectBackend('cpu', true)).rejects.toThrow('is a processor, not a GPU');
});

test('an engine that gets one slope wrong, or none at all, is found out', async () => {
  const engine = createSimdEngine();
  const broken: Engine = {
    ...engine,
    heads(task, pool) {
      const opened = engine.heads(task, pool);
      const slopes: typeof opened.slopes = async (parameters, chosen) => {
        const found = await opened.slopes(parameters, chosen);
        found.slopes[3] *= 1.02;
        return found;
      };
      return { ...opened, slopes };
    },
  };
  expect(await selfTestError(broken)).toBeGreaterThan(1e-2);
  const lost: Engine = {
    ...engine,
    weights: () => ({ slopes: () => Promise.reject(new Error('the GPU was lost')), dispose() {} }),
  };
  expect(await Promise.all([engine, broken, lost].map(isWorking))).toEqual([true, false, false]);
});
