// The settings of a meta-update, what goes into one and what comes out.
import type { BundleMetrics, FeatureSpec, LearnedFrom, LearnerChoice, ModelBundle, RaisePlan } from '@tocsin/schemas';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import { outerPlan, type OuterPlan } from '../meta/outer-plan.ts';
import { weightPlan, type WeightPlan } from '../meta/weight-plan.ts';
import type { Refused } from '../screening/screen-devices.ts';
import type { HeadName } from './recipe.ts';
import type { ShadowClass, ShadowLimits } from './shadow.ts';

export type UpdatePlan = {
  /** Support sizes that candidates are judged at, rising: every one counts the same. Learning has its own (`learnerShots`). */
  judgedShots: readonly number[];
  /** Support sizes that thresholds are made for; those that no device has windows for are left out. */
  calibrationShots: readonly number[];
  /** Share of the devices that is held out at a time; every device is once. */
  heldOutShare: number;
  /** Episodes that a held-out device is judged on, and query normals and anomalies in each. */
  judgedEpisodes: number;
  queries: number;
  /** Devices with known anomalies from which on these heads are tried where nobody asked for one, simplest first. */
  headDevices: number;
  heads: readonly HeadName[];
  /** What learning costs: outer steps and episodes of weights, and of heads. */
  weights: WeightPlan;
  outer: OuterPlan;
};

export const defaultUpdatePlan: UpdatePlan = {
  judgedShots: [1, 2, 5, 10, 20],
  calibrationShots: [0, 1, 2, 5, 10, 20, 50, 100],
  heldOutShare: 0.25,
  judgedEpisodes: 10,
  queries: 16,
  headDevices: 8,
  heads: ['head-prototypes', 'head-meta-sgd', 'head-pooled'],
  weights: weightPlan,
  outer: outerPlan,
};

/** All that a meta-update depends on: equal inputs give equal bundles, `seconds` aside. Survives a structured clone. */
export type UpdateInput = {
  deviceClass: string;
  learner: LearnerChoice;
  spec: FeatureSpec;
  /** Support windows of a device that a head adapts on, at most. */
  supportWindows: number;
  /** What alerts are counted under, for budgets of alerts; left out, none are counted. */
  raise?: RaisePlan;
  devices: readonly DeviceHistory[];
  /** Where they come from, for the bundle's record. */
  learnedFrom?: LearnedFrom;
  /** The bundle in use; null where there is none or it cannot be read. */
  previous: ModelBundle | null;
  /** Bounds of what the candidate may say otherwise than the bundle in use, on the newest windows; left out, nothing is compared. */
  shadow?: { deviceClass: ShadowClass; limits: ShadowLimits };
  /** Version of what would be published. */
  version: number;
  createdAtMs: number;
  seed: number;
  plan: UpdatePlan;
};

/**
 * `keep`: the bundle in use stays; `metrics` are null where it did not come to a comparison. `refused`: devices that were not allowed to
 * teach.
 */
export type UpdateResult = (
  | { outcome: 'publish'; bundle: ModelBundle }
  | { outcome: 'keep'; verdict: string; metrics: BundleMetrics | null }
) & { refused?: readonly Refused[] };

/** After an outer step: the number of steps so far, the loss of the last one and how long it took. */
export type UpdateProgress = { outerSteps: number; loss: number; stepSeconds: number };

/** Called after every outer step. */
export type OnProgress = (progress: UpdateProgress) => void;
