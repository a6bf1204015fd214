// The part of a labelled device that an unsupervised learner may see.
import type { FleetDevice, LabelledDevice } from '@tocsin/models';

/** Its windows with label 0, in time order. */
export function normalWindows({ deviceId, n, windows, labels }: LabelledDevice, d: number): FleetDevice {
  const kept = Array.from({ length: n }, (_, k) => k).filter((k) => labels[k] === 0);
  const normals = new Float32Array(kept.length * d);
  kept.forEach((k, at) => normals.set(windows.subarray(k * d, (k + 1) * d), at * d));
  return { deviceId, windows: normals, n: kept.length };
}
