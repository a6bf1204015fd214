// Where the outer step is computed. The only file that knows the tfjs backends; nothing is used that gets gradients wrong.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { gradientError } from './meta/gradient-check.ts';

export const backendNames = ['tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

export type Backend = {
  name: BackendName;
  device: 'gpu' | 'cpu';
  /** One line for logs: what is used, and why nothing better. */
  description: string;
};

/** Errors of a gradient above this are not rounding. */
const errorMax = 1e-3;

/**
 * Makes a tfjs backend the current one and checks its gradients. `auto` takes the first that works of tensorflow (the
 * optional packages tfjs-node-gpu, then tfjs-node), wasm and cpu; a named one is taken or the call rejects with the reason.
 */
export async function selectBackend(wanted: 'auto' | BackendName): Promise<Backend> {
  const refused: string[] = [];
  for (const name of wanted === 'auto' ? backendNames : [wanted]) {
    try {
      const { device, via } = await activate(name);
      const error = await gradientError();
      if (!(error <= errorMax))
        throw new Error(`its gradients are off by ${error.toExponential(1)}, expected at most ${errorMax}`);
      const why = refused.length === 0 ? '' : `; not ${refused.join('; not ')}`;
      return { name, device, description: `${name} on ${device} (${via}, gradient error ${error.toExponential(1)})${why}` };
    } catch (error) {
      refused.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new Error(`backend ${wanted}: none is usable (${refused.join('; ')})`);
}

async function activate(name: BackendName): Promise<{ device: 'gpu' | 'cpu'; via: string }> {
  // Keeps tfjs from advertising its native package on stderr.
  tf.env().set('PROD', true);
  const via = name === 'tensorflow' ? await loadTensorflow() : name === 'wasm' ? await loadWasm() : await loadCpu();
  if (!(await tf.setBackend(name))) throw new Error('tfjs could not initialise it');
  await tf.ready();
  return { device: usesGpu(tf.backend()) ? 'gpu' : 'cpu', via };
}

/** Loads the native package with CUDA, else the one without. Both fail to load where they are not installed. */
async function loadTensorflow(): Promise<string> {
  // tfjs-node 4.22 calls a function that Node 23 took away.
  if (!('isNullOrUndefined' in util))
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const refused: string[] = [];
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    try {
      await import(name);
      return name;
    } catch (error) {
      refused.push(`${name} ${reasonOf(error)}`);
    }
  }
  throw new Error(refused.join(', '));
}

async function loadWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const binaries = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${binaries}/`);
  return '@tensorflow/tfjs-backend-wasm';
}

async function loadCpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu');
  return '@tensorflow/tfjs-backend-cpu';
}

/** tfjs-node falls back to the processor without a word where CUDA is missing; its backend says so here. */
function usesGpu(backend: object): boolean {
  return 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : error.message.split('\n')[0];
}
