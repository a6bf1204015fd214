// What the trainer publishes and the scorer adopts: one class's shared initialisation and all that belongs to it.
import type { RaisePlan } from './device-class.ts';

export type FeatureUnit = 'ln' | 'ratio' | 'shape' | 'value' | 'slope';

/** What one element of a feature vector means. */
export type FeatureElement = { name: string; channel: string; block: string; unit: FeatureUnit };

/** Layout of a feature vector; two vectors may be compared only when their spec hashes are equal. */
export type FeatureSpec = {
  version: 1;
  kind: 'vibration' | 'slow';
  channels: readonly string[];
  rateHz: number;
  windowSamples: number;
  bands: number;
  wavelet: boolean;
  envelope: boolean;
  elements: readonly FeatureElement[];
  /** Places of the elements that say under which conditions a window was recorded, rising; absent or empty for none. */
  context?: readonly number[];
  /** Of all that values depend on; what they are used for, as `context`, is not in it. */
  hash: string;
};

/**
 * Meta-learned parameters of the residual head (METHOD D): `3d -> hidden tanh -> 1`, and the affine link `a s + c` of the
 * closed-form score. `w1` is `[3d][hidden]` row-major.
 */
export type HeadParameters = {
  hidden: number;
  w1: Float64Array;
  b1: Float64Array;
  w2: Float64Array;
  b2: number;
  a: number;
  c: number;
};

/**
 * How a head is adapted to a device: full-batch gradient steps of this rate on the device's support set. `rates`, where there are
 * any, multiply it: one for each row of w1 (`[3d]`), then those of b1, w2 and b2.
 */
export type HeadPlan = { innerSteps: number; innerRate: number; rates?: Float64Array; prototypes?: Prototypes };

/**
 * A prototypical network instead of inner steps: the fleet's prototypes of normal and anomalous windows in the space of the hidden
 * units (`[hidden]`), which count as `weight` windows beside a device's own; `gain` multiplies the difference of squared distances.
 */
export type Prototypes = { normal: Float64Array; anomaly: Float64Array; gain: number; weight: number };

/**
 * Operating regimes of a class, learned on its fleet: clusters of `c` context features. A raw window x of regime r becomes
 * x' = location_R + usual (x - location_r) / scale_r, the value that it would have had under the class's usual conditions, before
 * anything else sees it; so what a device differs in is shared over its regimes. Row R is of windows of no known regime.
 */
export type Regimes = {
  /** Of all below, 32 bits, never 0: windows and sums under two tables do not compare. */
  frame: number;
  /** Places of the context features in the vector, rising, `[c]`. */
  context: readonly number[];
  /** What each context feature is divided by before distances are taken, > 0, `[c]`. */
  unit: Float64Array;
  /** Raw context of the regimes, `[R][c]`, R >= 2. */
  centres: Float64Array;
  /** Distance from the nearest centre beyond which a window is of no known regime. */
  bound: number;
  /** Means and deviations (> 0) under every regime, and of the class as a whole, `[R + 1][d]`. */
  location: Float64Array;
  scale: Float64Array;
  /** The class's deviation within a regime, `[d]`; 0 for context itself: a setting is no symptom. */
  usual: Float64Array;
};

/**
 * A second voice in the score: distance to a device's nearest own support windows, in the device's own scale. `share` in (0, 1] is
 * its weight in the mean of both log scores; 1 is "no prior". `nu` > 0 counts the fleet's variance against the device's, as the
 * initialisation's does.
 */
export type OwnPart = { share: number; nu: number };

/**
 * Shared initialisation of a class, `d` features. Raw features x become z = (x - location) / scale; everything after
 * `scale` lives in z. A feature that does not vary in the fleet has scale 0 and z = 0.
 */
export type Initialisation = {
  d: number;
  location: Float64Array;
  scale: Float64Array;
  /** Fleet mean of device means. */
  m0: Float64Array;
  /** Diagonals of the within-device and between-device covariances. */
  within: Float64Array;
  between: Float64Array;
  /** Whitening of the within-device correlation, `[d][d]` row-major: b = u V. */
  whitening: Float64Array;
  /** Shrinkage of mean and variance, each `[d]`, > 0. */
  kappa: Float64Array;
  nu: Float64Array;
  /** Weights [w1+, w1-, w2+, w2-], each `[d]`, > 0. */
  omega: Float64Array;
  head: (HeadParameters & HeadPlan) | null;
  /** What raw windows go through first; absent for a class without regimes. */
  regimes?: Regimes;
  /** Absent where only the shared score counts. */
  own?: OwnPart;
};

/**
 * How often alerts open on normal windows of unseen devices, under the raise plan that it was counted for. `rates[i][j]`: per window,
 * at `shots[i]` and a threshold for the share `tail[j]` of a `Calibration`; falls with the share. `counted[i]` is the least rate that was
 * counted; what lies below is extrapolated.
 */
export type OpeningRates = RaisePlan & { rates: readonly Float64Array[]; counted: readonly number[] };

/**
 * Null distribution of the score on normal windows of unseen devices, per number of support windows, which rise and may start with
 * none. `quantiles[i][j]` is the score that a share `tail[j]` of normal windows exceed with `shots[i]` support windows; `tail` falls.
 */
export type Calibration = {
  shots: readonly number[];
  tail: readonly number[];
  quantiles: readonly Float64Array[];
  /** Median score of the fleet per shot; the centre of the per-device offset. */
  medians: readonly number[];
  /** Devices behind the figures; under ten the threshold is provisional. */
  devices: number;
  /** Absent where no raise plan was known or there was nothing to count. */
  openings?: OpeningRates;
  /**
   * What a share `tail[j]` of (score - median) / excess exceeds on normal windows of unseen devices that have been watched for a
   * while; median, and excess (mean of what scores lie over it), are the device's own. Absent where too few had been.
   */
  watched?: Float64Array;
};

/** How one way to learn did on devices that it had not seen, all of them on the same episodes. */
export type CandidateFigures = {
  learner: string;
  auroc: number;
  /** Over the first candidate: mean of the difference over devices, and its standard error; null from a single device. */
  gain: number;
  error: number | null;
  devices: number;
  /** Whether the anomalies to be found were real ones or made up. */
  judgedOn: 'labels' | 'pseudo-anomalies';
};

/**
 * How a candidate did against the bundle in use on windows that were news to both: the later ones of all that is kept, or the most recent
 * ones. `gain` is the mean difference in AUROC over devices, `error` its standard error, null from a single device.
 */
export type PeriodFigures = { period: 'later' | 'recent'; gain: number; error: number | null; devices: number };

/**
 * What a candidate said of live windows beside the bundle in use, both adapted to the same earlier windows: the share of windows over
 * the threshold, the share of made-up anomalies over it, and by how much of the way from the fleet's median to the threshold scores moved.
 */
export type ShadowFigures = {
  devices: number;
  windows: number;
  alarmRateInUse: number;
  alarmRate: number;
  foundInUse: number;
  found: number;
  scoreShift: number;
};

/** What stood behind the decision to publish. */
export type BundleMetrics = {
  /** What was chosen: a `LearnerName`, or the `algorithm` of a bundle from before there were names. */
  learner: string;
  /** Everything that was tried, simplest first. */
  candidates: readonly CandidateFigures[];
  /** What was chosen, for people. */
  algorithm: string;
  backend: string;
  devicesTrained: number;
  devicesHeldOut: number;
  windows: number;
  /** AUROC on held-out devices of what was chosen without and with its head, and of the bundle in use (null for the first). */
  heldOutAuroc: { closedForm: number; head: number | null; previous: number | null };
  /** Absent, as `shadow`, where there was nothing to compare with. */
  overPrevious?: readonly PeriodFigures[];
  shadow?: ShadowFigures;
  verdict: string;
  seconds: number;
};

/**
 * What a bundle was learned from: how far each partition had been read, of how many devices how many windows, and a digest (SHA-256, hex)
 * of their ids, revisions and verdicts. Devices are drawn with `seed` where there are more than a meta-update uses. `refused`:
 * devices that were not allowed to teach, and why. `inUse`: the version that it was compared with and whose regimes it started from, 0 for
 * none; `settings`: a digest of what was configured. Where all of these are equal, so are bundles, on the same backend.
 */
export type LearnedFrom = {
  positions: readonly { topic: string; partition: number; offset: number }[];
  devices: number;
  windows: number;
  digest: string;
  seed: number;
  storeSeed: number;
  inUse?: number;
  settings?: string;
  refused?: readonly { deviceId: string; reason: string }[];
};

/**
 * The published whole. `version` only rises. `restores`: the earlier version whose content this is, published again because what came
 * between was taken back; devices that go from that one to this one keep what they have learnt of their scores.
 */
export type ModelBundle = {
  version: number;
  restores?: number;
  deviceClass: string;
  createdAtMs: number;
  spec: FeatureSpec;
  initialisation: Initialisation;
  calibration: Calibration;
  metrics: BundleMetrics;
  /** Absent where it was not the trainer's store that taught. */
  learnedFrom?: LearnedFrom;
};

/** Whom a bundle is for: the whole class, a share of its devices that tries it first, or nobody any more. */
export const bundleStages = ['current', 'canary', 'withdrawn'] as const;
export type BundleStage = (typeof bundleStages)[number];

/** Record of topic `tocsin.models`, compacted; its key is `announcementKey`. */
export type ModelAnnouncement = {
  deviceClass: string;
  version: number;
  /** Key of the bundle in the state store. */
  location: string;
  /** SHA-256 of the bundle's bytes, hex. */
  checksum: string;
  specHash: string;
  createdAtMs: number;
  metrics: BundleMetrics;
  /** Absent: `current`. A canary that is `withdrawn` gives way to what is current. */
  stage?: BundleStage;
  /** Of a canary: the share of the class's devices, in (0, 1], for which `isCanary` is true. */
  share?: number;
  /** Of the bundle's bytes; absent where whoever published it has no key. */
  signature?: string;
};
