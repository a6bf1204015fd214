// Whole meta-updates of made-up fleets, from windows in memory to the gate's decision.
import type { Backend } from '../../../services/trainer/src/backend.ts';
import { syntheticFleet, syntheticSpec } from '../../../services/trainer/src/synthetic-fleet.fixture.ts';
import { metaUpdate } from '../../../services/trainer/src/update/meta-update.ts';
import { defaultUpdatePlan } from '../../../services/trainer/src/update/update-plan.ts';
import { trialShape } from '../../../services/trainer/src/meta/trial-step.ts';
import type { FleetFigure } from './figures.ts';

const { d } = trialShape;
const windows = 200;
/** Every fifth device has anomalies that an operator called real, in every tenth window. */
const labelledEvery = 5;

/** A class with labels: every base and three heads are learned in four folds, judged, and the one chosen is learned from all. */
export async function measureFleet(devices: number, backend: Backend): Promise<FleetFigure> {
  const fleet = syntheticFleet(devices, windows, d).map((device, at) => (at % labelledEvery === 0 ? withFaults(device) : device));
  let outerSteps = 0;
  const [startedMs, busy] = [performance.now(), process.cpuUsage()];
  const input = {
    deviceClass: 'pump',
    learner: 'auto' as const,
    spec: syntheticSpec(d),
    supportWindows: 20,
    devices: fleet,
    previous: null,
    version: 1,
    createdAtMs: 0,
    seed: 1,
    plan: defaultUpdatePlan,
  };
  const result = await metaUpdate(input, backend, () => (outerSteps += 1));
  const { user, system } = process.cpuUsage(busy);
  return {
    devices,
    windows,
    labelled: Math.ceil(devices / labelledEvery),
    outerSteps,
    seconds: (performance.now() - startedMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
    memoryMb: process.memoryUsage().rss / 1e6,
    verdict: result.outcome === 'publish' ? result.bundle.metrics.verdict : result.verdict,
  };
}

type Device = ReturnType<typeof syntheticFleet>[number];

function withFaults(device: Device): Device {
  const faulty = (features: Float32Array): Float32Array => features.map((value, j) => (j % 7 === 0 ? value + 1.5 : value));
  return {
    ...device,
    windows: device.windows.map((window, k) =>
      k % 10 === 9 ? { ...window, verdict: 'real', features: faulty(window.features) } : window,
    ),
  };
}
