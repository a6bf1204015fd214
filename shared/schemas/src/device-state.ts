// All that is remembered of one device, kept as one atomic value so that model and frontier can never disagree.
import type { Alert, GuardKind, Severity, Verdict } from './alert.ts';
import type { Claim } from './claim.ts';

/**
 * What a device's own windows have taught: exact sufficient statistics of the closed-form adaptation and the raw support
 * windows that a head adapts on. Everything is in raw feature units, so a new initialisation can re-adapt from it; only where the
 * class has regimes are the sums of windows as its regimes map them.
 */
export type Support = {
  /** Effective number of windows behind the sums (decays slowly once the device is being watched). */
  count: number;
  /** Windows ever learnt from. */
  learned: number;
  sum: Float64Array;
  sumSquares: Float64Array;
  /** First support windows, raw, `[windows][d]` row-major, at most the class's `supportWindows`. */
  reservoir: Float32Array;
  /** `Regimes.frame` that the sums are of; 0 or absent for raw units. */
  frame?: number;
};

/** An alert of the model, as its device remembers it. `openings` and `swings` as in `Alert`. */
export type ModelIncident = {
  alertId: string;
  revision: number;
  startMs: number;
  endMs: number;
  windows: number;
  score: number;
  threshold: number;
  pValue: number;
  severity: Severity;
  openings?: number;
  swings?: number;
};

/** How often something was opened in one hour of the clock, in event time. */
export type OpeningCount = {
  /** Whole hours since 1970, modulo 2^32. */
  hour: number;
  /** At most 255. */
  openings: number;
};

/** What keeps an alert that comes and goes from being many, and one that lasts from saying so all the time. */
export type AlertPace = OpeningCount & {
  /** The open alert would have been closed, and nothing has been raised since. */
  isHeld: boolean;
  /** End of the window with which it was last said. */
  saidMs: number;
  /** What it was then: whole ln 2 of the largest excess over the threshold, and how often its windows had doubled; at most 255. */
  saidLevel: number;
  saidDoublings: number;
};

/** What the alert life cycle remembers between windows. */
export type Incident = {
  /** Bit i set: the i-th last window was over the threshold. */
  recent: number;
  /** Windows in a row that count towards closing. */
  calm: number;
  open: null | ModelIncident;
  /** The last alert, which closed by itself and is this one again if it comes back soon; absent while one is open. */
  closed?: ModelIncident;
  /** Absent until an alert was opened. */
  pace?: AlertPace;
};

/**
 * A window that may be, or has been, spoken of by an operator. Ids are kept as keys: the first 64 bits of their SHA-256, 16
 * hex digits, '' for none.
 */
export type RememberedWindow = {
  windowKey: string;
  /** The alert that it belongs to; '' for none. */
  alertKey: string;
  /** `suspect`: anomalous, nobody has said what it was; `normal` and `anomaly`: what an operator said. */
  standing: 'suspect' | 'normal' | 'anomaly';
  /** Weight with which it was taught as normal, and `support.learned` right after; 0 where it was not. */
  weight: number;
  learnedAt: number;
  features: Float32Array;
};

/** The verdict in force on one subject (a window, an alert, or anything that maintenance was declared on). */
export type StandingVerdict = { subjectKey: string; labelKey: string; atMs: number; verdict: Verdict };

/** What operators said of the device, as far as it has been put into effect, and what they may yet speak of. All bounded. */
export type LabelMemory = {
  /** Oldest first. */
  windows: readonly RememberedWindow[];
  /** Oldest `atMs` first. */
  verdicts: readonly StandingVerdict[];
  /** Verdicts up to here have been forgotten: an older one on a subject that is not among `verdicts` comes too late. */
  settledMs: number;
  /** Neither teach nor alarm until this log time. */
  maintenance: { sinceMs: number; untilMs: number } | null;
  /** Windows left of the time after a false alarm in which the device learns widely what is normal now; at most 255. */
  relearning: number;
  /** Keys of the windows of `support.reservoir`, in its order; '' for one learnt before keys were kept. */
  reservoirKeys: readonly string[];
};

/**
 * Bounds of a `LabelMemory`: windows in all, those of one alert, places kept for what nobody has spoken of yet, verdicts in
 * force.
 */
export const labelLimits = { windows: 9, perAlert: 5, suspects: 2, verdicts: 12 } as const;

export const noLabels: LabelMemory = {
  windows: [],
  verdicts: [],
  settledMs: -Infinity,
  maintenance: null,
  relearning: 0,
  reservoirKeys: [],
};

/** One guard of one device: an incident's life without a model. */
export type GuardLife = {
  /** Windows in a row over its bound, and within it; both at most 255. */
  over: number;
  calm: number;
  /** An operator called it a false alarm: stays quiet until it has been within its bound for long enough. */
  isDismissed: boolean;
  open: null | GuardIncident;
  /** The last one, which closed by itself and is this one again if it comes back soon; absent while one is open. */
  closed?: GuardIncident;
  /** Absent until one was opened. */
  pace?: OpeningCount;
  /** What is open would have been closed, and nothing has been raised since; absent for false. */
  isHeld?: boolean;
};

export type GuardIncident = {
  revision: number;
  startMs: number;
  endMs: number;
  windows: number;
  /** What was measured, the bound it broke, and where (number of the channel). */
  value: number;
  bound: number;
  channel: number;
  openings?: number;
  swings?: number;
};

/** What the guards remember. `levels` holds ln rms and ln sd of every channel, averaged over `levelWindows` normal windows. */
export type GuardMemory = {
  lives: Readonly<Partial<Record<GuardKind, GuardLife>>>;
  levels: Float32Array;
  levelWindows: number;
};

export const noGuards: GuardMemory = { lives: {}, levels: new Float32Array(0), levelWindows: 0 };

/** Moments of some windows, in the frame of the support's sums: how many, their mean, and their squared deviations from it, summed. */
export type Moments = { count: number; mean: Float32Array; scatter: Float32Array };

/**
 * Where a device stood when it was learnt: mean and standard deviation (0: does not vary; of bfloat16 precision) of every feature, in
 * the frame of the sums.
 */
export type Reference = { sinceMs: number; mean: Float32Array; deviation: Float32Array };

/** What a watched device has seen and not learnt yet, what it can go back to, and where it came from. */
export type TeachingMemory = {
  /** Windows that wait for later ones to confirm them; null where there are none. */
  block: Moments | null;
  /** Ordinary windows that have gone by since the block was full, and windows over their threshold since it was begun; at most 255. */
  confirmed: number;
  over: number;
  /** The support as it was before the last block was learnt; null where there is nothing to go back to. */
  before: (Moments & { learned: number }) | null;
  reference: Reference | null;
};

export const noTeaching: TeachingMemory = { block: null, confirmed: 0, over: 0, before: null, reference: null };

/**
 * The last change of what a device's windows are scored by, for as long as alarms that jump are put down to it: how many windows were judged
 * since, and how many of them were over their threshold. Of a bundle: the version before, and what was known of the device's scores under
 * it. Of a label: its subject; what the support was before it is `TeachingMemory.before`.
 */
export type WatchedChange = { windows: number; over: number } & (
  | { kind: 'bundle'; from: number; scored: number; scoreMedian: number; scoreExcess: number }
  | { kind: 'label'; subjectKey: string }
);

/** How a device alarms as a rule, and what may have changed that. */
export type ChangeMemory = {
  /** Share of judged windows over their threshold, of single precision, and how many of them stand behind it. */
  overShare: number;
  judged: number;
  /** Version of the bundle that it went back from, and does not adopt again; 0 for none. */
  refused: number;
  watched: WatchedChange | null;
};

export const noChanges: ChangeMemory = { overShare: 0, judged: 0, refused: 0, watched: null };

/** What was amended of a device whose class amends windows. */
export type Amendments = {
  /** Offset of the last record that had a window amended; -1 for none. Means nothing for what has come since the partition was assigned. */
  at: number;
  /** Windows that end until then are amended no more, whatever comes; -Infinity for none. */
  sealedMs: number;
};

export const noAmendments: Amendments = { at: -1, sealedMs: -Infinity };

export type DeviceState = {
  deviceId: string;
  deviceClass: string;
  specHash: string;
  /** End of the last window that closed, emitted or too full of holes, epoch milliseconds; -Infinity for none. Never falls. */
  frontierMs: number;
  /** How often something other than a window (a label, silence) changed the state since the frontier last moved. */
  revision: number;
  amendments?: Amendments;
  /** The partition that the device belongs to; absent where an earlier release stored it. */
  claim?: Claim;
  support: Support;
  /** Version of the bundle that the three figures below belong to; 0 for none yet. */
  modelVersion: number;
  /** Windows scored while ready, and running estimates of their median score and of the mean of max(0, score - median). */
  scored: number;
  scoreMedian: number;
  scoreExcess: number;
  incident: Incident;
  labels: LabelMemory;
  guards: GuardMemory;
  teaching: TeachingMemory;
  /**
   * Closing alerts that follow from labels, as they are to be said, or have been: stored before they are sent, and struck off with
   * whatever is stored next; absent or empty for none.
   */
  owed?: readonly Alert[];
  /** Absent until a window was judged. */
  changes?: ChangeMemory;
};
