// The shape that detectors share which know nothing of a fleet but, perhaps, its scale.
import { NotApplicable, type DeviceScorer, type LabelledFleet, type Learner } from '@tocsin/models';
import { fleetScaling, ownScaling, rawScaling, scaled, type Scaling } from './scaling.ts';

/** Fits on a device's scaled support `[n][d]` and scores scaled windows. */
export type FitDevice = (support: Float64Array, d: number, seed: number) => (z: Float64Array) => number;

export type ScratchPlan = {
  name: string;
  /** Fleet: mean and deviation of the meta-train devices' normal windows; own: of the support. */
  scale: 'fleet' | 'own';
  /** Fewest support windows it can start from. */
  supportMin: number;
  isRandom: boolean;
  /** The unit of a feature makes no difference, so that a fleet's scale is not missed. */
  isScaleFree?: boolean;
  fitDevice: FitDevice;
};

/** The detector of a plan. In the fleet's scale it needs a fleet; in a device's own, without one, two windows. */
export function scratchLearner({ name, scale, supportMin, isRandom, isScaleFree = false, fitDevice }: ScratchPlan): Learner {
  return {
    name,
    isRandom,
    usesAnomalies: false,
    fit(fleet: LabelledFleet, { seed }) {
      const shared = fleetScaling(fleet);
      const d = fleet.spec.elements.length;
      if (shared === null && scale === 'fleet' && !isScaleFree)
        throw new NotApplicable(`${name} needs normal windows of meta-train devices for its scale`);
      const least = shared === null ? Math.max(2, supportMin) : supportMin;
      return {
        adapt(normals) {
          if (normals.length < least * d) throw new NotApplicable(`${name} needs ${least} support windows`);
          const scaling = scale === 'own' ? ownScaling(normals, d, shared) : (shared ?? rawScaling(d));
          return onScale(fitDevice(scaled(normals, scaling), d, seed), scaling, d);
        },
      };
    },
  };
}

function onScale(score: (z: Float64Array) => number, scaling: Scaling, d: number): DeviceScorer {
  const z = new Float64Array(d);
  return (x) => score(scaled(x, scaling, z));
}
