// The engine that learners are compared on: our own, so that figures do not depend on what else is installed.
import type { Engine } from '../meta/engine.ts';

let engine: Engine | null = null;

/** One for the process; its memory is used again and again. */
export async function ownEngine(): Promise<Engine> {
  engine ??= (await import('../meta/simd/simd-engine.ts')).createSimdEngine();
  return engine;
}
