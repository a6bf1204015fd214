// A meta-update from recorded windows instead of a topic: what `tocsin train` runs. Reads no data folder and publishes nothing.
import type { LabelledDevice, LabelledFleet } from '@tocsin/models';
import type { DeviceClass, ModelBundle } from '@tocsin/schemas';
import { selectBackend } from '../backend.ts';
import type { DeviceHistory, JudgedWindow } from '../episodes/teaching-device.ts';
import { metaUpdate } from './meta-update.ts';
import { defaultUpdatePlan, type OnProgress, type UpdatePlan, type UpdateResult } from './update-plan.ts';

export type TrainFleetInput = {
  /** `decision`: what alerts are counted under; left out, none are. */
  deviceClass: Pick<DeviceClass, 'name' | 'supportWindows' | 'learner'> & Partial<Pick<DeviceClass, 'decision'>>;
  /** Windows of the class's devices with what is known of them: 1 a real anomaly, 0 normal, -1 teaches nothing. */
  fleet: LabelledFleet;
  seed: number;
  plan?: Partial<UpdatePlan>;
  /** The bundle in use, and what the new one would be numbered; none and 1 unless told otherwise. */
  previous?: ModelBundle | null;
  version?: number;
  createdAtMs?: number;
};

/** Of more windows, so many of a device teach: the first ones as they are, as support comes, the others spread over the rest. */
const normalsMax = 512;
const wholeNormals = 128;
const anomaliesMax = 64;

/** Takes seconds to minutes. As `metaUpdate`: rejects where windows do not fit the spec, refuses where there are too few. */
export async function trainFleet(input: TrainFleetInput, onProgress?: OnProgress): Promise<UpdateResult> {
  const { deviceClass, fleet, seed, plan, previous = null, version = 1, createdAtMs = 0 } = input;
  const d = fleet.spec.elements.length;
  return metaUpdate(
    {
      deviceClass: deviceClass.name,
      learner: deviceClass.learner,
      spec: fleet.spec,
      supportWindows: deviceClass.supportWindows,
      ...(deviceClass.decision === undefined ? {} : { raise: deviceClass.decision }),
      devices: fleet.devices.map((device) => historyOf(device, d)),
      previous,
      version,
      createdAtMs,
      seed,
      plan: { ...defaultUpdatePlan, ...plan },
    },
    await selectBackend('auto'),
    onProgress,
  );
}

/** A device as operators would have judged it. Times are the numbers of its windows. */
function historyOf({ deviceId, n, windows, labels }: LabelledDevice, d: number): DeviceHistory {
  const all = Array.from({ length: n }, (_, at) => at).filter((at) =>
    windows.subarray(at * d, (at + 1) * d).every(Number.isFinite),
  );
  const normals = all.filter((at) => labels[at] === 0);
  const kept = [
    ...normals.slice(0, wholeNormals),
    ...spread(normals.slice(wholeNormals), normalsMax - wholeNormals),
    ...spread(
      all.filter((at) => labels[at] === 1),
      anomaliesMax,
    ),
  ];
  return {
    deviceId,
    windows: kept
      .sort((one, other) => one - other)
      .map((at): JudgedWindow => ({
        windowId: `${deviceId}-${at}`,
        startMs: at,
        endMs: at + 1,
        features: windows.slice(at * d, (at + 1) * d),
        inRun: false,
        verdict: labels[at] === 1 ? 'real' : null,
      })),
  };
}

/** At most so many of the items, evenly spread. */
function spread(items: readonly number[], count: number): number[] {
  return items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}
