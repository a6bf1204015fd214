// Trains one class of recorded devices. Runs in a thread: it takes seconds to minutes.
import { cutOnce, fleetOf, type DeviceTable, type EvaluationClass } from '@tocsin/evaluator';
import { encodeBundle } from '@tocsin/models';
import type { BundleMetrics, LearnerChoice } from '@tocsin/schemas';
import { readDevice } from '@tocsin/simulator';
import { trainFleet } from '@tocsin/trainer/learners';

/** Survives a structured clone, like the answer. */
export type TrainTask = {
  of: EvaluationClass;
  learner: LearnerChoice;
  seed: number;
  version: number;
  createdAtMs: number;
  cacheDirectory: string;
};

/** `bytes` of the bundle are null where the devices are too few, or do not earn one; `verdict` says why. */
export type Trained = {
  bytes: Uint8Array | null;
  verdict: string;
  metrics: BundleMetrics | null;
  devices: number;
  windows: number;
  broken: { device: string; message: string }[];
};

/** Learns from the meta-train devices of the class. Rejects where none of them can be read. */
export async function trainClass(
  { of, learner, seed, version, createdAtMs, cacheDirectory }: TrainTask,
  onProgress: (text: string) => void,
): Promise<Trained> {
  const { devices, ...cut } = of;
  const tables: DeviceTable[] = [];
  const broken: Trained['broken'] = [];
  for (const device of devices.filter(({ split }) => split === 'meta-train')) {
    onProgress(`windows of ${device.id}`);
    try {
      tables.push(await cutOnce(device, cut, cacheDirectory, (wanted) => readDevice(wanted)));
    } catch (error) {
      broken.push({ device: device.id, message: error instanceof Error ? error.message : String(error) });
    }
  }
  if (tables.length === 0 && broken.length > 0) throw new Error(broken[0].message);
  const { deviceClass, spec } = of;
  const facts = { devices: tables.length, windows: tables.reduce((sum, { n }) => sum + n, 0), broken };
  const result = await trainFleet(
    { deviceClass: { ...deviceClass, learner }, fleet: fleetOf(spec, tables, deviceClass.name), seed, version, createdAtMs },
    ({ outerSteps }) => onProgress(`outer step ${outerSteps}`),
  );
  if (result.outcome === 'keep') return { ...facts, bytes: null, verdict: result.verdict, metrics: result.metrics };
  const { metrics } = result.bundle;
  return { ...facts, bytes: encodeBundle(result.bundle), verdict: metrics.verdict, metrics };
}
