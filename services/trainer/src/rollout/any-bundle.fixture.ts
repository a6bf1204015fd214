// For tests: a bundle that is whole, and whose content is told by a number.
import { fitFleet } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';

const d = 4;
const devices = syntheticFleet(3, 20, d).map(({ deviceId, windows }) => ({
  deviceId,
  windows: Float32Array.from(windows.flatMap(({ features }) => [...features])),
  n: windows.length,
}));
const initialisation = fitFleet(devices, d);

/** `version` is its content as well: when it was made. */
export function anyBundle(deviceClass: string, version: number): ModelBundle {
  return {
    version,
    deviceClass,
    createdAtMs: version,
    spec: syntheticSpec(d),
    initialisation,
    calibration: {
      shots: [5, 10],
      tail: [0.5, 0.01, 1e-4],
      quantiles: [Float64Array.of(0, 1, 2), Float64Array.of(0.5, 1, 1.5)],
      medians: [0, 0.5],
      devices: 12,
    },
    metrics: {
      learner: 'eb',
      candidates: [],
      algorithm: 'eb',
      backend: 'none',
      devicesTrained: 3,
      devicesHeldOut: 0,
      windows: 60,
      heldOutAuroc: { closedForm: 0.9, head: null, previous: null },
      verdict: 'made up',
      seconds: 0,
    },
  };
}
