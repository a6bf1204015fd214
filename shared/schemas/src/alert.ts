// An alert: an incident with a life (opened, updated, closed), not one window.
import type { Confidence } from './window.ts';

export type AlertState = 'opened' | 'updated' | 'closed';
export type Severity = 'warning' | 'critical';

/** The checks that need no model; see `GuardPlan`. */
export const guardKinds = ['silent', 'flatline', 'range', 'skew', 'scale', 'drift'] as const;
export type GuardKind = (typeof guardKinds)[number];

/** One feature's part in a score. Shares of all features of a window add up to 1. */
export type Contribution = {
  /** Name as in the feature spec, e.g. `a1.band 320-400 Hz`. */
  feature: string;
  channel: string;
  /** Part of the score that came from this feature, 0..1. */
  share: number;
  /** Value in this window and value expected for this device, in the feature's own unit. */
  actual: number;
  expected: number;
  /** Deviation in the device's own standard deviations, signed. */
  deviation: number;
};

/** Of the other devices of a class: how many had an alert of the same kind that began about when one's did, and how many are awake, 0 where nobody knows. */
export type Peers = { shifted: number; of: number };

/** Record of topic `tocsin.alerts`. The same `alertId` with a higher `revision` replaces what was said before. */
export type Alert = {
  /**
   * Which guard raised it; absent for the model. A guard's `score` is what it measured, `threshold` the bound that was broken,
   * and `pValue` 0, because nothing was estimated.
   */
  guard?: GuardKind;
  /** Derived from the id of the first window of the incident. */
  alertId: string;
  revision: number;
  state: AlertState;
  deviceId: string;
  deviceClass: string;
  severity: Severity;
  /** Event-time span of the incident so far, epoch milliseconds. */
  startMs: number;
  endMs: number;
  /** Worst window so far. */
  score: number;
  threshold: number;
  pValue: number;
  /** Anomalous windows so far. */
  windows: number;
  /** How often it has been opened, where more than once: it came back soon after it had closed. At most 255. */
  openings?: number;
  /** How often it would have been closed, and was not because it comes and goes: it is flapping. Absent for never; at most 255. */
  swings?: number;
  /** Largest first, at most eight. */
  contributions: readonly Contribution[];
  modelVersion: number;
  supportWindows: number;
  /** What stood behind the score of the window that this record is about; absent for guards and where a person closed it. */
  confidence?: Confidence;
  /** Only in `tocsin.notices`, of an alert that is told by itself while it is open: whoever raises it does not know the others. */
  peers?: Peers;
  /** One sentence for people. */
  message: string;
};

/** What an operator may say of an alert, a window or a device. */
export const verdicts = ['real', 'false-alarm', 'maintenance', 'unsure'] as const;
/** What a label may say; `rollback` says of a device that what it learnt last is to be forgotten. */
export const labelVerdicts = [...verdicts, 'rollback'] as const;
export type Verdict = (typeof labelVerdicts)[number];

/** Record of topic `tocsin.labels`: what an operator said of a window, an alert or a device. */
export type Label = {
  labelId: string;
  deviceId: string;
  /** A window id or an alert id; for maintenance and rollback anything, for instance the device id. */
  subjectId: string;
  verdict: Verdict;
  who: string;
  atMs: number;
  note: string;
};
