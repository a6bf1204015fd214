// A labelled fleet as the trainer's episodes see it.
import type { LabelledFleet } from '@tocsin/models';
import type { TeachingDevice } from '../episodes/teaching-device.ts';

/** Windows of a device that teach, each kind at most; evenly spread over its life where there are more. */
const normalsMax = 512;
const anomaliesMax = 64;

/**
 * Normals and, only where `withAnomalies`, known anomalies of every device that has a normal at all, in time order. Unknown
 * windows and windows with a value that is not finite do not teach.
 */
export function teachingFleet({ spec, devices }: LabelledFleet, withAnomalies: boolean): TeachingDevice[] {
  const d = spec.elements.length;
  return devices
    .map(({ deviceId, n, windows, labels }) => {
      const labelled = (label: number): Float32Array[] =>
        Array.from({ length: n }, (_, k) => k)
          .filter((k) => labels[k] === label)
          .map((k) => windows.subarray(k * d, (k + 1) * d))
          .filter((features) => features.every(Number.isFinite));
      return {
        deviceId,
        normals: spread(labelled(0), normalsMax),
        anomalies: withAnomalies ? spread(labelled(1), anomaliesMax) : [],
      };
    })
    .filter(({ normals }) => normals.length > 0);
}

/** At most `count` of the windows, evenly spread. */
export function spread(windows: Float32Array[], count: number): Float32Array[] {
  if (windows.length <= count) return windows;
  return Array.from({ length: count }, (_, i) => windows[Math.floor((i * windows.length) / count)]);
}

/** Windows (`[d]` each) as rows, `[n][d]`. */
export function joinedWindows(windows: readonly Float32Array[], d: number): Float32Array {
  const rows = new Float32Array(windows.length * d);
  windows.forEach((features, at) => rows.set(features, at * d));
  return rows;
}
