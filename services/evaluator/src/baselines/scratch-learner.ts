// The shape that detectors share which know nothing of a fleet but, perhaps, its scale.
import { NotApplicable, type DeviceScorer, type LabelledFleet, type Learner } from '@tocsin/models';
import { fleetScaling, ownScaling, scaled, type Scaling } from './scaling.ts';

/** Fits on a device's scaled support `[n][d]` and scores scaled windows. */
export type FitDevice = (support: Float64Array, d: number, seed: number) => (z: Float64Array) => number;

export type ScratchPlan = {
  name: string;
  /** Fleet: mean and deviation of the meta-train devices' normal windows; own: of the support. */
  scale: 'fleet' | 'own';
  /** Fewest support windows it can start from. */
  supportMin: number;
  isRandom: boolean;
  fitDevice: FitDevice;
};

/** Without a fleet the fleet's scale is raw units. */
export function scratchLearner({ name, scale, supportMin, isRandom, fitDevice }: ScratchPlan): Learner {
  return {
    name,
    isRandom,
    usesAnomalies: false,
    fit(fleet: LabelledFleet, { seed }) {
      const shared = fleetScaling(fleet);
      const d = fleet.spec.elements.length;
      return {
        adapt(normals) {
          if (normals.length < supportMin * d) throw new NotApplicable(`${name} needs ${supportMin} support windows`);
          const scaling = scale === 'own' ? ownScaling(normals, shared) : shared;
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
