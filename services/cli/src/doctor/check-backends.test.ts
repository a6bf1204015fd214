import { expect, test } from 'vitest';
import { judgeBackends, type BackendTrial } from './check-backends.ts';

const absent = {
  name: 'tensorflow',
  works: false,
  description: 'backend tensorflow: none is usable (tensorflow: a not installed, b not installed)',
} as const;
const faulty = {
  name: 'tensorflow',
  works: false,
  description: 'backend tensorflow: none is usable (tensorflow: libcudnn.so.8 is missing)',
} as const;
const wasm = { name: 'wasm', works: true, description: 'wasm on cpu' } as const;
const cpu = { name: 'cpu', works: true, description: 'cpu on cpu' } as const;
const played = { name: 'webgpu', works: true, description: 'webgpu on software: SwiftShader (Dawn)' } as const;
const gpu = { name: 'webgpu', works: true, description: 'webgpu on gpu: some card (Dawn)' } as const;

test.each<[string, 'auto' | BackendTrial['name'], BackendTrial[], string, RegExp]>([
  [
    'the best that works is used',
    'auto',
    [absent, wasm, cpu],
    'ok',
    /would use wasm on cpu; cpu works too; tensorflow is not installed/,
  ],
  ['a named one is used', 'cpu', [absent, wasm, cpu], 'ok', /would use cpu on cpu; wasm works too/],
  [
    'TensorFlow that is there and broken is a warning',
    'auto',
    [faulty, wasm, cpu],
    'warn',
    /tensorflow does not: libcudnn.so.8 is missing/,
  ],
  ['unless it was not asked for', 'wasm', [faulty, wasm, cpu], 'ok', /libcudnn/],
  ['a named one that does not work is a failure', 'tensorflow', [absent, wasm, cpu], 'fail', /trainer.backend is tensorflow/],
  ['a GPU is used', 'auto', [absent, gpu, cpu], 'ok', /would use webgpu on gpu/],
  ['what plays a GPU is not', 'auto', [absent, played, cpu], 'ok', /would use cpu on cpu; webgpu works too/],
  ['none at all is a failure', 'auto', [absent, { ...wasm, works: false }, { ...cpu, works: false }], 'fail', /wasm does not/],
])('backend: %s', (_, wanted, trials, level, found) => {
  expect(judgeBackends(wanted, trials)).toMatchObject({ level, found: expect.stringMatching(found) });
});

test.each([
  ['a GPU', gpu, 'ok'],
  ['what plays one', played, 'fail'],
])('backend: %s where a GPU is required', (_, trial, level) => {
  expect(judgeBackends('auto', [absent, trial, cpu], true)).toMatchObject({ level });
});
