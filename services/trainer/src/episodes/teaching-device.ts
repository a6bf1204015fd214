// Which windows of a device teach: normals, known anomalies, or neither. Does not look at feature values beyond finiteness.
import type { Verdict } from '@tocsin/schemas';

/** What the trainer keeps of one scored window. */
export type KeptWindow = {
  windowId: string;
  /** As it was amended last; absent for a window as it closed. */
  revision?: number;
  startMs: number;
  endMs: number;
  features: Float32Array;
  /** One of at least two windows in a row that the model in use found suspicious. */
  inRun: boolean;
};

/** `verdict`: what an operator said of the window or of an alert around it; null for nothing. `isHeld`: an alert keeps it from teaching. */
export type JudgedWindow = KeptWindow & { verdict: Verdict | null; isHeld?: boolean };

export type DeviceHistory = { deviceId: string; windows: readonly JudgedWindow[] };

/**
 * A device as the meta-update sees it: `normals` in time order, `anomalies` only where an operator said so. `restarts` are the
 * positions of normals that do not follow on the one before: something between them was left out.
 */
export type TeachingDevice = {
  deviceId: string;
  normals: Float32Array[];
  anomalies: Float32Array[];
  restarts?: readonly number[];
};

/**
 * Splits a device's windows, which are in time order. Called `real`: an anomaly. Called a `false-alarm`: a normal. Called
 * `maintenance`: neither. Anything else teaches as a normal unless it was suspicious together with a neighbour or an alert holds it; a single
 * suspicious window does teach: leaving it out would cut the tail off every calibration, and each would be narrower than the
 * last.
 */
export function teachingDevice({ deviceId, windows }: DeviceHistory): TeachingDevice {
  const normals: Float32Array[] = [];
  const anomalies: Float32Array[] = [];
  const starts: number[] = [];
  for (const { features, startMs, inRun, isHeld = false, verdict } of windows) {
    if (!features.every(Number.isFinite)) continue;
    if (verdict === 'real') anomalies.push(features);
    else if (verdict === 'false-alarm' || (verdict !== 'maintenance' && !inRun && !isHeld)) {
      normals.push(features);
      starts.push(startMs);
    }
  }
  return { deviceId, normals, anomalies, restarts: restartsOf(starts) };
}

/** Two windows follow on each other where they start no further apart than any two do. */
function restartsOf(starts: readonly number[]): number[] {
  const steps = starts.slice(1).map((startMs, i) => startMs - starts[i]);
  // Starts are rounded where the rate demands it.
  const hop = 1.5 * steps.reduce((least, step) => Math.min(least, step), Infinity);
  return steps.flatMap((step, i) => (step > hop ? [i + 1] : []));
}
