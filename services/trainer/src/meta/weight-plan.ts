// How the closed form's weights and shrinkage are meta-learned (METHOD C).

export type WeightPlan = {
  steps: number;
  /** Episodes per step, and different ones in all. */
  tasks: number;
  pool: number;
  rate: number;
  clipNorm: number;
  /** Pull of every parameter to its start, with real labels in the episodes and with made-up anomalies only. */
  pull: { real: number; synthetic: number };
};

/** As far as METHOD's 150 steps at 2e-2 of 12 episodes each, in a third of the steps (docs/decisions/0017). */
export const weightPlan: WeightPlan = {
  steps: 50,
  tasks: 8,
  pool: 240,
  rate: 6e-2,
  clipNorm: 5,
  pull: { real: 2e-4, synthetic: 2e-3 },
};
