// tfjs's own WebAssembly backend: one core, everywhere. Slower than our engine (docs/decisions/0028); it is what that is compared with.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from './loaded.ts';

export async function loadWasm(): Promise<Loaded> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const binaries = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${binaries}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not initialise it');
  return { device: 'cpu', deviceName: cpus()[0]?.model ?? 'processor', via: '@tensorflow/tfjs-backend-wasm', check() {} };
}
