// The engine on whatever tfjs backend is current: one formulation for CUDA, WebGPU and WebAssembly.
import type { Engine } from '../engine.ts';
import { createTensorHeads } from './tensor-heads.ts';
import type { Place } from './tensor-pool.ts';
import { createTensorPrototypes } from './tensor-prototypes.ts';
import { createTensorWeights } from './tensor-weights.ts';

/** `check` is called after every step and throws where the device has been lost since the last one. */
export function createTensorEngine(check: () => void, tensorBytes = 2 ** 30, tapedMax = 4096): Engine {
  const place: Place = { check, tensorBytes, tapedMax };
  return {
    heads: (task, pool) => createTensorHeads(task, pool, place),
    prototypes: (task, pool) => createTensorPrototypes(task, pool, place),
    weights: (start, pool) => createTensorWeights(start, pool, place),
  };
}
