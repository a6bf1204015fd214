// Turns a way to learn an initialisation into a learner that can be compared with others: adapts and scores as the live path.
import {
  adapt,
  defaultMemoryWindows,
  emptySupport,
  learnWindow,
  NotApplicable,
  scoreWindow,
  type DeviceScorer,
  type LabelledFleet,
  type Learner,
} from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';

export type InitialisationPlan = {
  name: string;
  isRandom: boolean;
  usesAnomalies: boolean;
  learn(fleet: LabelledFleet, seed: number): Initialisation | Promise<Initialisation>;
};

/** Support windows are taught as on the live path while its reservoir fills. */
export function initialisationLearner({ name, isRandom, usesAnomalies, learn }: InitialisationPlan): Learner {
  return {
    name,
    isRandom,
    usesAnomalies,
    async fit(fleet, { seed }) {
      if (!fleet.devices.some(({ labels }) => labels.includes(0))) {
        throw new NotApplicable(`${name} needs a device with a normal window`);
      }
      const initialisation = await learn(fleet, seed);
      return { adapt: (normals, anomalies) => scorerOf(initialisation, normals, anomalies) };
    },
  };
}

/** Scores windows of a device with these support windows `[K][d]` and labelled anomalies `[L][d]`. */
export function scorerOf(initialisation: Initialisation, normals: Float32Array, anomalies: Float32Array): DeviceScorer {
  const { d } = initialisation;
  const support = emptySupport(d);
  const plan = { reservoirWindows: Infinity, memoryWindows: defaultMemoryWindows };
  for (let at = 0; at < normals.length; at += d) learnWindow(support, normals.subarray(at, at + d), plan);
  const model = adapt(initialisation, support, anomalies);
  return (x) => scoreWindow(model, x);
}
