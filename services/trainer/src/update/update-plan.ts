// The settings of a meta-update, what goes into one and what comes out.
import type { BundleMetrics, FeatureSpec, ModelBundle } from '@tocsin/schemas';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import type { HeadMemory } from './head-memory.ts';
import { outerPlan, type OuterPlan } from '../meta/outer-plan.ts';

export type UpdatePlan = {
  /** Support sizes of episodes. */
  shots: readonly number[];
  /** Support sizes that thresholds are made for; those that no device has windows for are left out. */
  calibrationShots: readonly number[];
  /** Share of the devices that is held out at a time; every device is once. */
  heldOutShare: number;
  /** Episodes that a held-out device is judged on, and query normals and anomalies in each. */
  judgedEpisodes: number;
  queries: number;
  /** Devices from which on a head is tried; Infinity for never. */
  headDevices: number;
  outer: OuterPlan;
};

export const defaultUpdatePlan: UpdatePlan = {
  shots: [5, 10, 20],
  calibrationShots: [5, 10, 20, 50],
  heldOutShare: 0.25,
  judgedEpisodes: 6,
  queries: 16,
  headDevices: 4,
  outer: outerPlan,
};

/** All that a meta-update depends on: equal inputs give equal bundles, `seconds` aside. Survives a structured clone. */
export type UpdateInput = {
  deviceClass: string;
  spec: FeatureSpec;
  /** Support windows of a device that a head adapts on, at most. */
  supportWindows: number;
  devices: readonly DeviceHistory[];
  /** The bundle in use; null where there is none or it cannot be read. */
  previous: ModelBundle | null;
  /** Version of what would be published. */
  version: number;
  /** What the last meta-update of the class left behind; heads go on from there. */
  memory: HeadMemory | null;
  createdAtMs: number;
  seed: number;
  plan: UpdatePlan;
};

/** `keep`: the bundle in use stays; `metrics` are null where it did not come to a comparison. */
export type UpdateResult = { memory: HeadMemory | null } & (
  | { outcome: 'publish'; bundle: ModelBundle }
  | { outcome: 'keep'; verdict: string; metrics: BundleMetrics | null }
);

/** After an outer step: the number of steps so far, the loss of the last one and how long it took. */
export type UpdateProgress = { outerSteps: number; loss: number; stepSeconds: number };

/** Called after every outer step. */
export type OnProgress = (progress: UpdateProgress) => void;
