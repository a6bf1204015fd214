// Initialisations by class and version: what was announced, and earlier ones that the store still has.
import type { BundleMetrics, ModelAnnouncement } from '@tocsin/schemas';
import type { ModelsPage, ModelView } from '../api/models-api.ts';
import type { FleetView } from './fleet-view.ts';

export type ModelBook = {
  announced(announcement: ModelAnnouncement): void;
  /** One that is in the store, and was current once. */
  earlier(announcement: ModelAnnouncement): void;
  /** Versions of a class that are known, newest first. */
  versions(deviceClass: string): number[];
  show(fleet: FleetView, classes: readonly string[]): ModelsPage;
};

const keptPerClass = 20;

export function createModelBook(): ModelBook {
  const byClass = new Map<string, Map<number, ModelView>>();
  const versionsOf = (name: string) => {
    const versions = byClass.get(name) ?? new Map<number, ModelView>();
    byClass.set(name, versions);
    return versions;
  };

  function put(view: ModelView): void {
    const versions = versionsOf(view.deviceClass);
    versions.set(view.version, view);
    const oldest = Math.min(...versions.keys());
    if (versions.size > keptPerClass) versions.delete(oldest);
  }

  return {
    announced(announcement) {
      const stage = announcement.stage ?? 'current';
      for (const other of versionsOf(announcement.deviceClass).values())
        if (other.stage === stage && other.version !== announcement.version) other.stage = 'earlier';
      put(viewOf(announcement, stage));
    },
    earlier(announcement) {
      if (!versionsOf(announcement.deviceClass).has(announcement.version)) put(viewOf(announcement, 'earlier'));
    },
    versions: (deviceClass) => [...versionsOf(deviceClass).keys()].sort((one, two) => two - one),
    show(fleet, classes) {
      const using = new Map<string, number>();
      const devices = new Map<string, number>();
      for (const { deviceClass, latest } of fleet.devices.values()) {
        const key = `${deviceClass} ${latest?.modelVersion ?? 0}`;
        using.set(key, (using.get(key) ?? 0) + 1);
        devices.set(deviceClass, (devices.get(deviceClass) ?? 0) + 1);
      }
      const names = [...new Set([...classes, ...byClass.keys()])];
      return {
        classes: names.map((name) => ({
          name,
          devices: devices.get(name) ?? 0,
          versions: [...versionsOf(name).values()]
            .sort((one, two) => two.version - one.version)
            .map((view) => ({ ...view, devicesUsing: using.get(`${name} ${view.version}`) ?? 0 })),
        })),
      };
    },
  };
}

function viewOf(announcement: ModelAnnouncement, stage: ModelView['stage']): ModelView {
  const { deviceClass, version, createdAtMs, checksum, specHash, metrics, share } = announcement;
  const { learner, algorithm, backend, devicesTrained, devicesHeldOut, windows, seconds, verdict, candidates } = metrics;
  return {
    deviceClass,
    version,
    stage,
    share: share ?? null,
    createdAtMs,
    checksum,
    specHash,
    learner,
    algorithm,
    backend,
    devicesTrained,
    devicesHeldOut,
    windows,
    heldOut: heldOutOf(metrics),
    previous: metrics.heldOutAuroc.previous,
    seconds,
    verdict,
    candidates: candidates.map((candidate) => ({ ...candidate })),
    devicesUsing: 0,
  };
}

function heldOutOf({ learner, candidates, heldOutAuroc }: BundleMetrics): number | null {
  return candidates.find((candidate) => candidate.learner === learner)?.auroc ?? heldOutAuroc.head ?? heldOutAuroc.closedForm;
}
