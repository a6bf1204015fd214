// All that is remembered of one device, kept as one atomic value so that model and frontier can never disagree.
import type { Severity } from './alert.ts';

/**
 * What a device's own windows have taught: exact sufficient statistics of the closed-form adaptation and the raw support
 * windows that a head adapts on. Everything is in raw feature units, so a new initialisation can re-adapt from it.
 */
export type Support = {
  /** Effective number of windows behind the sums (decays slowly once the device is being watched). */
  count: number;
  /** Windows ever learnt from. */
  learned: number;
  sum: Float64Array;
  sumSquares: Float64Array;
  /** First support windows, `[windows][d]` row-major, at most the class's `supportWindows`. */
  reservoir: Float32Array;
};

/** What the alert life cycle remembers between windows. */
export type Incident = {
  /** Bit i set: the i-th last window was over the threshold. */
  recent: number;
  /** Windows in a row under the threshold. */
  calm: number;
  open: null | {
    alertId: string;
    revision: number;
    startMs: number;
    endMs: number;
    windows: number;
    score: number;
    threshold: number;
    pValue: number;
    severity: Severity;
  };
};

export type DeviceState = {
  deviceId: string;
  deviceClass: string;
  specHash: string;
  /** End of the last window that was emitted, epoch milliseconds; -Infinity for none. Never falls. */
  frontierMs: number;
  support: Support;
  /** Version of the bundle that the two figures below belong to; 0 for none yet. */
  modelVersion: number;
  /** Windows scored while ready, and a running estimate of their median score. */
  scored: number;
  scoreMedian: number;
  incident: Incident;
};
