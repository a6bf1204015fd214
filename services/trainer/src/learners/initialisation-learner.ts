// Turns a way to learn an initialisation into a learner that can be compared with others: adapts and scores as the live path.
import {
  adapt,
  anomalyTerm,
  createLikeness,
  defaultMemoryWindows,
  emptySupport,
  hearsAnomalies,
  learnWindow,
  NotApplicable,
  scoreWindow,
  type DeviceScorer,
  type LabelledFleet,
  type Learner,
} from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { fleetInRegimes } from './in-regimes.ts';

export type InitialisationPlan = {
  name: string;
  isRandom: boolean;
  usesAnomalies: boolean;
  /** The fleet's windows are as the regimes of its class map them, where it has any. */
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
      const known = fleetInRegimes(fleet);
      const initialisation = known.take(await learn(known.fleet, seed));
      return { adapt: (normals, anomalies) => scorerOf(initialisation, normals, anomalies) };
    },
  };
}

/**
 * Scores windows of a device with these support windows `[K][d]` and labelled anomalies `[L][d]`. A head with inner steps or
 * prototypes learns from the anomalies; otherwise likeness to one of them adds to the score (METHOD D, "own labels without a head").
 */
export function scorerOf(initialisation: Initialisation, normals: Float32Array, anomalies: Float32Array): DeviceScorer {
  const { d, head, regimes } = initialisation;
  const support = emptySupport(d);
  const plan = { reservoirWindows: Infinity, memoryWindows: defaultMemoryWindows, regimes };
  for (let at = 0; at < normals.length; at += d) learnWindow(support, normals.subarray(at, at + d), plan);
  const model = adapt(initialisation, support, anomalies);
  if (anomalies.length === 0 || hearsAnomalies(head)) return (x) => scoreWindow(model, x);
  const known = Array.from({ length: anomalies.length / d }, (_, l) => anomalies.subarray(l * d, (l + 1) * d));
  const likeness = createLikeness(model, support.reservoir, known, [], (x) => scoreWindow(model, x));
  return (x) => scoreWindow(model, x) + anomalyTerm(likeness, model);
}
