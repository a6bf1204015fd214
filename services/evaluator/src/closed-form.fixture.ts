// The closed form as a learner, for tests: services do not import each other, so the trainer's own is out of reach here.
import { adaptClosedForm, emptySupport, fitFleet, learnWindow, NotApplicable, scoreWindow, type Learner } from '@tocsin/models';
import { normalWindows } from './baselines/normal-windows.ts';

/** METHOD A and B with their start values. Needs a fleet with at least one normal window. */
export function empiricalBayes(): Learner {
  return {
    name: 'eb',
    isRandom: false,
    usesAnomalies: false,
    fit({ spec, devices }) {
      const d = spec.elements.length;
      const fleet = devices.map((device) => normalWindows(device, d)).filter(({ n }) => n > 0);
      if (fleet.length === 0) throw new NotApplicable('eb needs a normal window of the fleet');
      const initialisation = fitFleet(fleet, d);
      return {
        adapt(normals) {
          const support = emptySupport(d);
          const plan = { reservoirWindows: Infinity, memoryWindows: Infinity };
          for (let at = 0; at < normals.length; at += d) learnWindow(support, normals.subarray(at, at + d), plan);
          const model = adaptClosedForm(initialisation, support);
          return (x) => scoreWindow(model, x);
        },
      };
    },
  };
}
