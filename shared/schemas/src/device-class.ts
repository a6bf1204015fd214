// A device class: devices with the same channels and rate. It owns one shared initialisation.
import type { LearnerChoice } from './learner-name.ts';

/** How a class's samples become windows. All lengths are in samples of the class's own rate. */
export type WindowPlan = {
  /** Samples in a window; a power of two for vibration classes. */
  samples: number;
  /** Samples between the starts of two windows, 1..samples. */
  hop: number;
  /** How far behind the newest event time of its device a sample may come, milliseconds. */
  latenessMs: number;
  /** Gaps of at most this many consecutive samples are interpolated. */
  maxGapSamples: number;
  /** Windows with a smaller share of real samples are discarded, 0..1. */
  minCoverage: number;
  /** Windows with a smaller share of real samples teach nothing, minCoverage..1; absent: all that are kept may. */
  teachCoverage?: number;
  /** What to do with readings of another rate: `refuse` (as when absent), or `resample` them, low-pass filtered, onto the grid. */
  otherRates?: 'refuse' | 'resample';
  /** Samples between two places of the grid: put on the `nearest` (as when absent), or values on the grid are interpolated (`linear`). */
  jitter?: 'nearest' | 'linear';
  /**
   * What becomes of gaps: short ones are bridged, and windows with too much missing discarded (`interpolate`, as when absent);
   * these are emitted, flagged `gappy`, without features or score (`mark`); or no window with a gap is kept (`discard`).
   */
  onGap?: 'interpolate' | 'mark' | 'discard';
  /** Late samples amend windows that end less than this before the watermark, milliseconds; 0 (as when absent): none. */
  amendMs?: number;
};

/** Which feature blocks a class uses. `slow` ignores every other field. */
export type FeaturePlan = {
  kind: 'vibration' | 'slow';
  /** Log-spaced bands of the power spectrum. */
  bands: number;
  wavelet: boolean;
  envelope: boolean;
};

/** When windows over their threshold become an alert and when an alert ends. */
export type RaisePlan = {
  /** An alert opens when `raiseCount` of the last `raiseOf` windows are over the threshold. */
  raiseCount: number;
  raiseOf: number;
  /** An alert closes after this many windows in a row under the threshold. */
  clearCount: number;
  /**
   * Windows count towards closing where their p-value is at least so many times the share of normal windows that may be over the threshold; 1
   * (as when absent) for the threshold itself.
   */
  clearFactor?: number;
};

/** What keeps alerts that come and go from being many. Absent: nothing does. All in event time. */
export type PacePlan = {
  /** An alert that would open within so long of the end of the last one is that one again, milliseconds. */
  cooldownMs?: number;
  /** After so many openings in an hour of the clock an alert of a device stays open until the next hour, 1..255. */
  openingsPerHour?: number;
  /** An alert that is open says what has changed no more often than this, milliseconds; that it is critical now, at once. */
  updateEveryMs?: number;
};

/** When scores become an alert. One of the two budgets is a number, the other null. */
export type DecisionPlan = RaisePlan &
  PacePlan & {
    /** Tolerated alerts without a cause, per device and day. */
    falseAlarmsPerDay: number | null;
    /** Tolerated share of normal windows over the threshold, 0..1, whatever alerts come of it. */
    falseAlarmRate: number | null;
    /** Windows of its own that a device has taught before it may alert, 0..supportWindows. */
    alertFrom: number;
  };

/** Checks beside the learned model. All are off unless asked for; each raises alerts of its own. */
export type GuardPlan = {
  /** No telemetry for longer than this, in log time, while the partition goes on; null for off, milliseconds. */
  silentMs: number | null;
  /** A channel does not change at all for so many windows in a row; 0 for off. */
  flatlineWindows: number;
  /** Physical bounds per channel, inclusive; channels without an entry are not checked. */
  range: Readonly<Record<string, { min: number; max: number }>>;
  /** Event time further than this from the record's timestamp, in either direction; null for off, milliseconds. */
  skewMs: number | null;
  /** A channel's level and spread jump by a factor between units, or its spread thirtyfold. */
  scaleJump: boolean;
  /** What a device has learnt has moved far from where it stood when it became known; absent for off. */
  drift?: boolean;
};

/** How long what a watched device is to learn has to wait, and how far it may go. */
export type QuarantinePlan = {
  /** A device learns its first so many windows at once: its own are too few yet to be told from anything. */
  firstWindows: number;
  /** From then on windows are gathered, so many before they are learnt together, 1..255 ... */
  blockWindows: number;
  /** ... and so many have to follow them, as ordinary as they were, 1..255. */
  confirmWindows: number;
  /** How far the mean of a feature may be from its reference, in deviations of the reference. */
  reachMax: number;
  /** How far it must be to count as drifted. Both means are of `firstWindows` or more. */
  driftMin: number;
};

/** When a jump of a device's alarms is put down to the last change, a bundle or a label, which is then taken back. */
export type ChangePlan = {
  /** A device is watched only where so many of its windows were judged before the change, 1..255 ... */
  beforeWindows: number;
  /** ... and for so many judged windows after it, 1..255. */
  watchWindows: number;
  /** So many of them at least must be over their threshold ... */
  overMin: number;
  /** ... and be less likely than this, as often as they were before. */
  chanceMax: number;
};

/**
 * Planned work on the machines of a class, in event time: once, or every week by the clocks of a time zone. A window that overlaps it is
 * scored, and neither teaches nor alarms.
 */
export type MaintenanceSpan = {
  /** Ids of the devices that it is about; `*` stands for any characters. */
  devices: string;
  note: string;
} & (
  | { kind: 'once'; fromMs: number; toMs: number }
  /**
   * Begins on these days (0 for Sunday), `fromMinute` after midnight, 0..1439, and ends `toMinute` after the same midnight, later than
   * it began and at most a day later. `zone`: IANA name.
   */
  | { kind: 'weekly'; days: readonly number[]; fromMinute: number; toMinute: number; zone: string }
);

/** Everything the line needs to know of a class. */
export type DeviceClass = {
  name: string;
  channels: readonly string[];
  rateHz: number;
  window: WindowPlan;
  features: FeaturePlan;
  /** Channels (their level) or features that say under which conditions a device runs; the fleet's regimes are found in them. */
  context: readonly string[];
  /** How the class's initialisation is learned. */
  learner: LearnerChoice;
  /** Support windows a device needs before it is `ready`. */
  supportWindows: number;
  /** Learn on from normal windows once ready; false for machines that wear from the first day, or the wear is learnt, too. */
  keepLearning: boolean;
  /** Absent: as decision 0024 says. */
  quarantine?: QuarantinePlan;
  /** Absent: as decision 0026 says. */
  changes?: ChangePlan;
  decision: DecisionPlan;
  guards: GuardPlan;
  /** Absent for none. */
  maintenance?: readonly MaintenanceSpan[];
  /** A device silent for longer than this, in log time, has its open windows closed, milliseconds. */
  idleMs: number;
  /** Event times further ahead of the record's timestamp are rejected, milliseconds. */
  futureMs: number;
  /** Event times further behind the record's timestamp are rejected, milliseconds; Infinity allows replays. */
  pastMs: number;
};
