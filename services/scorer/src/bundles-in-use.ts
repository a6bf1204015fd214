// Which bundles are in use, and by how many of the devices that are held.
import type { Initialisations } from './initialisations.ts';
import type { Partition } from './partition.ts';

/** What a device may be scored under: what is current, what is tried before that, another one (until it sends again), or nothing yet. */
export const bundlesOfDevices = ['current', 'canary', 'other', 'none'] as const;
export type DevicesByBundle = Record<(typeof bundlesOfDevices)[number], number>;

export type BundlesInUse = {
  initialisations: Record<string, number>;
  canaries: Record<string, number>;
  devicesByBundle: Record<string, DevicesByBundle>;
};

/** By class; versions are 0 for none. */
export function bundlesInUse(
  classes: readonly string[],
  initialisations: Pick<Initialisations, 'current' | 'canary'>,
  partitions: Iterable<Pick<Partition, 'devices'>>,
): BundlesInUse {
  const inUse: BundlesInUse = { initialisations: {}, canaries: {}, devicesByBundle: {} };
  for (const name of classes) {
    inUse.initialisations[name] = initialisations.current(name)?.version ?? 0;
    inUse.canaries[name] = initialisations.canary(name);
    inUse.devicesByBundle[name] = { current: 0, canary: 0, other: 0, none: 0 };
  }
  for (const { devices } of partitions)
    for (const { deviceClass, bundle } of devices.values()) {
      const { name } = deviceClass;
      const version = bundle?.version ?? 0;
      const isOf = { none: 0, current: inUse.initialisations[name], canary: inUse.canaries[name] };
      const which =
        version === isOf.none ? 'none' : version === isOf.current ? 'current' : version === isOf.canary ? 'canary' : 'other';
      inUse.devicesByBundle[name][which] += 1;
    }
  return inUse;
}
