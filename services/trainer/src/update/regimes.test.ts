// A class with context through a meta-update: three loads, told by the first feature.
import { decodeBundle, encodeBundle } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import { beforeAll, expect, test } from 'vitest';
import { selectBackend, type Backend } from '../backend.ts';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { metaUpdate } from './meta-update.ts';
import { defaultUpdatePlan, type UpdateInput } from './update-plan.ts';

const d = 8;
let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend('auto');
});

/** Every window is of the next load, which shifts and stretches all features but the first. */
function loadedFleet(seed: number): DeviceHistory[] {
  return syntheticFleet(8, 60, d, seed).map(({ deviceId, windows }) => ({
    deviceId,
    windows: windows.map((window, k) => {
      const load = k % 3;
      const features = window.features.map((value, j) => (j === 0 ? load : (1 + load) * value + 30 * ((load * j) % 4)));
      return { ...window, features };
    }),
  }));
}

async function updated(devices: readonly DeviceHistory[], previous: ModelBundle | null, context: number[]): Promise<ModelBundle> {
  const input: UpdateInput = {
    deviceClass: 'pump',
    learner: 'eb',
    spec: { ...syntheticSpec(d), context },
    supportWindows: 20,
    devices,
    previous,
    version: (previous?.version ?? 0) + 1,
    createdAtMs: 0,
    seed: 1,
    plan: { ...defaultUpdatePlan, judgedEpisodes: 4 },
  };
  const result = await metaUpdate(input, backend);
  if (result.outcome === 'keep') throw new Error(result.verdict);
  return result.bundle;
}

test('regimes are published, serve the held-out devices, and stay while they fit', async () => {
  const first = await updated(loadedFleet(1), null, [0]);
  expect(first.initialisation.regimes!.centres.length).toBe(3);
  expect(decodeBundle(encodeBundle(first))).toEqual(first);
  const blind = await updated(loadedFleet(1), null, []);
  expect(blind.initialisation).not.toHaveProperty('regimes');
  expect(first.metrics.heldOutAuroc.closedForm).toBeGreaterThan(blind.metrics.heldOutAuroc.closedForm);
  const second = await updated([...loadedFleet(1), ...loadedFleet(2)], first, [0]);
  expect(second.initialisation.regimes).toEqual(first.initialisation.regimes);
});
