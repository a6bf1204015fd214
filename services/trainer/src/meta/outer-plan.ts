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

/** Hears the loss of an outer step and the seconds it took. */
export type OnStep = (loss: number, seconds: number) => void;
