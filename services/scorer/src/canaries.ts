// The bundles that a share of the devices of a class tries before the class does, at most one per class.
import { canaryBundleKey, isCanary, type LogMessage, type ModelAnnouncement, type ModelBundle } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { readPointers, type BundleShelf, type Unusable } from './bundle-shelf.ts';

export type Canaries = {
  /** The bundle that is tried; null for none. */
  of(deviceClass: string): ModelBundle | null;
  /** The bundle that this device tries. */
  triedBy(deviceClass: string, deviceId: string): ModelBundle | null;
  /** Does what an announcement of a canary, or of its end, says. Rejects when the store cannot be reached. */
  follow(announcement: ModelAnnouncement): Promise<'tried' | 'withdrawn' | 'older' | Unusable>;
  withdraw(deviceClass: string): 'withdrawn' | 'older';
};

/** `currentVersion` is that of the class: what is not newer is not tried. */
export function createCanaries(
  state: Pick<StateStore, 'getMany'>,
  shelf: BundleShelf,
  currentVersion: (deviceClass: string) => number,
  note: LogMessage,
): Canaries {
  const canaries = new Map<string, { bundle: ModelBundle; share: number }>();

  function withdraw(deviceClass: string): 'withdrawn' | 'older' {
    const known = canaries.get(deviceClass);
    if (known === undefined) return 'older';
    canaries.delete(deviceClass);
    shelf.keep(known.bundle);
    return 'withdrawn';
  }

  return {
    of: (deviceClass) => canaries.get(deviceClass)?.bundle ?? null,
    triedBy(deviceClass, deviceId) {
      const canary = canaries.get(deviceClass);
      if (canary === undefined || canary.bundle.version <= currentVersion(deviceClass)) return null;
      return isCanary(deviceClass, canary.bundle.version, deviceId, canary.share) ? canary.bundle : null;
    },
    withdraw,
    async follow({ deviceClass, version: said, stage }) {
      const known = canaries.get(deviceClass);
      if (stage === 'withdrawn' && known?.bundle.version === said) return withdraw(deviceClass);
      // Announcements are read again from the start of the topic: the store knows which one is tried now, if any.
      const [announcement] = await readPointers(state, note, [canaryBundleKey(deviceClass)]);
      if (announcement?.stage !== 'canary' || announcement.version <= currentVersion(deviceClass)) return withdraw(deviceClass);
      const { version, share = 0 } = announcement;
      if (known?.bundle.version === version && known.share === share) return 'older';
      const bundle = known?.bundle.version === version ? known.bundle : await shelf.announced(announcement);
      if (typeof bundle === 'string') return bundle;
      withdraw(deviceClass);
      canaries.set(deviceClass, { bundle, share });
      return 'tried';
    },
  };
}
