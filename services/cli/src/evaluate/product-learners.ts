// The product itself as a learner: what its gate chooses for a class, and what a folder of trained models knows of it.
import { ownWindows } from '@tocsin/evaluator';
import type { FittedLearner, LabelledFleet, Learner } from '@tocsin/models';
import type { FeatureSpec, ModelBundle } from '@tocsin/schemas';
import { scorerOf, trainFleet } from '@tocsin/trainer/learners';
import { readBundle, readIndex, type IndexEntry } from '../train/models-index.ts';

const supportWindows = 10;

/**
 * A meta-update on the fleet, gate included; where it refuses, a device has its own windows. `labels`: whether it is told of the
 * fleet's known anomalies; they are never taken for normals.
 */
export function gateChoice(labels: 'none' | 'fleet'): Learner {
  return {
    name: labels === 'none' ? 'auto-synthetic' : 'auto',
    isRandom: true,
    usesAnomalies: true,
    async fit(labelled, { seed }) {
      const { spec, deviceClass = 'unnamed' } = labelled;
      const fleet = labels === 'none' ? withoutAnomalies(labelled) : labelled;
      const result = await trainFleet({ deviceClass: { name: deviceClass, supportWindows, learner: 'auto' }, fleet, seed });
      if (result.outcome === 'keep') return ownWindows(spec, `no bundle: ${result.verdict}`);
      return fromBundle(result.bundle, result.bundle.metrics.learner);
    },
  };
}

/** Known anomalies teach nothing, and are not taken for normals. */
function withoutAnomalies(fleet: LabelledFleet): LabelledFleet {
  const devices = fleet.devices.map((device) => ({
    ...device,
    labels: device.labels.map((label) => (label === 1 ? -1 : label)),
  }));
  return { ...fleet, devices };
}

/** Adapts from the bundles of a folder; fits nothing. Throws ModelsError where the folder cannot be used. */
export function publishedLearner(directory: string): Learner {
  const { classes } = readIndex(directory);
  return {
    name: 'tocsin',
    isRandom: false,
    usesAnomalies: true,
    fit({ spec, deviceClass }) {
      const entry = entryFor(classes, deviceClass ?? '', spec);
      if (entry === null) return ownWindows(spec, 'no model of the class: own windows only');
      const bundle = readBundle(directory, entry);
      return fromBundle(bundle, `${bundle.metrics.learner}, version ${bundle.version}`);
    },
  };
}

/** The class of that name, if its features are the same: initialisations do not transfer between fleets that only look alike. */
function entryFor(classes: readonly IndexEntry[], name: string, { hash }: Pick<FeatureSpec, 'hash'>): IndexEntry | null {
  return classes.find(({ file, deviceClass, specHash }) => file !== null && deviceClass === name && specHash === hash) ?? null;
}

/** Thresholds are the bundle's, as on the live path. */
function fromBundle({ initialisation, calibration }: ModelBundle, origin: string): FittedLearner {
  return {
    origin,
    adapt: (normals, anomalies) => scorerOf(initialisation, normals, anomalies),
    calibrationOf: () => calibration,
  };
}
