// The TensorFlow C library under tfjs: on CUDA where the GPU package and its libraries are there, else on the processor.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { reasonOf } from './reason-of.ts';
import type { Loaded } from './loaded.ts';

/** Loads the native package with CUDA, else the one without. Both fail to load where they are not installed. */
export async function loadTensorflow(): Promise<Loaded> {
  // tfjs-node 4.22 calls a function that Node 23 took away.
  if (!('isNullOrUndefined' in util))
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const refused: string[] = [];
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    try {
      await import(name);
      if (!(await tf.setBackend('tensorflow'))) throw new Error('tfjs could not initialise it');
      return { ...deviceOf(tf.backend()), via: name, check() {} };
    } catch (error) {
      refused.push(`${name} ${reasonOf(error)}`);
    }
  }
  throw new Error(refused.join(', '));
}

/** tfjs-node falls back to the processor without a word where CUDA is missing; its backend says so here. */
function deviceOf(backend: object): Pick<Loaded, 'device' | 'deviceName'> {
  const usesGpu = 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
  return usesGpu ? { device: 'gpu', deviceName: gpuName() } : { device: 'cpu', deviceName: cpus()[0]?.model ?? 'processor' };
}

/** tfjs does not say it. TensorFlow takes the first one that it may see. */
function gpuName(): string {
  try {
    const query = ['--query-gpu=name', '--format=csv,noheader'];
    const [first = ''] = execFileSync('nvidia-smi', query, {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
    return first.trim() || 'CUDA GPU';
  } catch {
    return 'CUDA GPU';
  }
}
