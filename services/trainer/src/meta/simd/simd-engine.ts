// The engine of our own, for processors: WebAssembly SIMD where products are, by hand, without a framework. Why there is one:
// docs/decisions/0028.
import type { Engine } from '../engine.ts';
import { createArena, type Arena } from './arena.ts';
import { createHeadPool } from './head-pool.ts';
import { createPrototypePool } from './prototype-pool.ts';
import { createWeightPool } from './weight-pool.ts';

/** Pools share memory one after another: every WebAssembly memory reserves gigabytes of addresses until it is collected. */
export function createSimdEngine(): Engine {
  const idle: Arena[] = [];
  const open = (floats: number): Arena => {
    const fitting = idle.findIndex(({ capacity }) => capacity >= floats);
    return fitting < 0 ? createArena(floats) : idle.splice(fitting, 1)[0];
  };
  const close = (arena: Arena): void => {
    arena.clear();
    idle.splice(0, idle.length, arena);
  };
  return {
    heads: (task, pool) => createHeadPool(task, pool, open, close),
    prototypes: (task, pool) => createPrototypePool(task, pool, open, close),
    weights: createWeightPool,
  };
}
