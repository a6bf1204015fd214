// How the outer loop runs. Apart from the loop itself, so that whoever plans an update need not load tfjs.

export type OuterPlan = {
  /** Outer steps. */
  steps: number;
  /** Episodes per outer step. */
  tasks: number;
  /** Different episodes in all; outer steps take theirs from this pool. */
  pool: number;
  rate: number;
  weightDecay: number;
  clipNorm: number;
};

/** As far as METHOD D's 150 steps at 3e-3, in a third of the steps (docs/decisions/0017). */
export const outerPlan: OuterPlan = { steps: 50, tasks: 8, pool: 128, rate: 9e-3, weightDecay: 3e-3, clipNorm: 5 };

/** Pools are at least so many times as large as the steps that draw from them. */
const poolSteps = 4;

/** A plan with so many outer steps of so many episodes each. */
export function sized<P extends { steps: number; tasks: number; pool: number }>(plan: P, steps: number, tasks: number): P {
  return { ...plan, steps, tasks, pool: Math.max(plan.pool, poolSteps * tasks) };
}

/** Hears the loss of an outer step and the seconds it took. */
export type OnStep = (loss: number, seconds: number) => void;
