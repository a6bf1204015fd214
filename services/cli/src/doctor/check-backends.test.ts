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
  ['none at all is a failure', 'auto', [absent, { ...wasm, works: false }, { ...cpu, works: false }], 'fail', /wasm does not/],
])('backend: %s', (_, wanted, trials, level, found) => {
  expect(judgeBackends(wanted, trials)).toMatchObject({ level, found: expect.stringMatching(found) });
});
