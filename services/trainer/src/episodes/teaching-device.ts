// Which windows of a device teach: normals, known anomalies, or neither. Does not look at feature values beyond finiteness.
import type { Verdict } from '@tocsin/schemas';

/** What the trainer keeps of one scored window. */
export type KeptWindow = {
  windowId: string;
  startMs: number;
  features: Float32Array;
  /** As the model in use then said; null before there was one. */
  pValue: number | null;
  /** What an operator said of it or of its alert; null for nothing. */
  verdict: Verdict | null;
};

export type DeviceHistory = { deviceId: string; windows: readonly KeptWindow[] };

/** A device as the meta-update sees it: `normals` in time order, `anomalies` only where an operator said so. */
export type TeachingDevice = { deviceId: string; normals: Float32Array[]; anomalies: Float32Array[] };

/**
 * Sorts a device's windows by start and splits them. Said to be `real`: an anomaly. Said to be a `false-alarm`: a normal.
 * `maintenance`: neither. Otherwise a window teaches as a normal unless it and a neighbour in time both have a p-value
 * under `suspectP`: leaving out single outliers too would cut the tail off every calibration, and each one would be
 * narrower than the last.
 */
export function teachingDevice(history: DeviceHistory, suspectP: number): TeachingDevice {
  const windows = history.windows
    .filter((window) => window.features.every(Number.isFinite))
    .sort((one, two) => one.startMs - two.startMs);
  const low = windows.map((window) => window.pValue !== null && window.pValue < suspectP);
  const normals: Float32Array[] = [];
  const anomalies: Float32Array[] = [];
  windows.forEach(({ features, verdict }, at) => {
    if (verdict === 'real') anomalies.push(features);
    if (verdict === 'real' || verdict === 'maintenance') return;
    const inRun = low[at] === true && (low[at - 1] === true || low[at + 1] === true);
    if (verdict === 'false-alarm' || !inRun) normals.push(features);
  });
  return { deviceId: history.deviceId, normals, anomalies };
}
