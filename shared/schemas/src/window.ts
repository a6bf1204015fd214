// A window: a stretch of event time of one device, ready for feature extraction.

/** One closed window. Bounds are multiples of the class's hop on the epoch-aligned sample grid. */
export type Window = {
  deviceId: string;
  deviceClass: string;
  /** Event time of the first sample, epoch milliseconds (fractional where the rate demands it). */
  startMs: number;
  /** Event time just after the last sample. */
  endMs: number;
  /** Channel-major `[channel][sample]`; gaps already interpolated. */
  samples: Float32Array;
  /** Share of samples that really arrived, 0..1. */
  coverage: number;
};

/**
 * Something about a window that a reader of its score should know. `gappy`: too much of it never arrived, it has neither features
 * nor a score, and teaches nothing; `maintenance`: somebody is at the machine, it neither teaches nor alarms; `guarded`: a guard
 * doubts its samples, it does not teach; `undone`: with this window alarms had jumped since the last bundle or label, which was taken back.
 */
export const qualityFlags = [
  'interpolated',
  'gappy',
  'cold',
  'provisional',
  'not_finite',
  'maintenance',
  'guarded',
  'undone',
] as const;
export type QualityFlag = (typeof qualityFlags)[number];

/**
 * What stands behind a score: `prior`, no window of the device's own, only the fleet; `cold`, fewer than its class asks for;
 * `provisional`, enough of them, but a threshold from too little of the fleet; `watching`, all that is asked for.
 */
export const confidences = ['prior', 'cold', 'provisional', 'watching'] as const;
export type Confidence = (typeof confidences)[number];

/** Record of topic `tocsin.windows`: the features of one window and what the model of its device said. */
export type ScoredWindow = {
  /** Same for the same device, span and pipeline configuration, whoever computes it. */
  windowId: string;
  /**
   * Absent for the window as it closed; else how many records came late and changed it. Of records with one id the highest revision
   * counts. An amended window teaches nothing, and no alert follows from it.
   */
  revision?: number;
  deviceId: string;
  deviceClass: string;
  startMs: number;
  endMs: number;
  /** Hash of the feature spec that names every element of `features`. */
  specHash: string;
  /** Empty where the window is flagged `gappy`. */
  features: Float32Array;
  /** Model output, higher = more anomalous; null before the class has an initialisation. */
  score: number | null;
  /** Share of normal windows of the class that score at least as high, 0..1; null with `score`. */
  pValue: number | null;
  /** Score above which the window counts as anomalous; null with `score`. */
  threshold: number | null;
  /** Version of the bundle that scored it; 0 with a null score. */
  modelVersion: number;
  /** Windows of the device's own that stood behind the score. */
  supportWindows: number;
  /** Absent with a null score, and in records from before it was stated. */
  confidence?: Confidence;
  coverage: number;
  flags: readonly QualityFlag[];
};
