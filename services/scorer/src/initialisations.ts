// The shared initialisations in use, per class the current one and the one that a share of its devices tries: loaded at start, replaced
// while running, never by something broken.
import type { PublicKey } from '@tocsin/models';
import { canaryBundleKey, currentBundleKey, type LogMessage, type ModelAnnouncement, type ModelBundle } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { createBundleShelf, readPointers } from './bundle-shelf.ts';
import { createCanaries } from './canaries.ts';

/**
 * What became of an announcement: `adopted` as the current one, `tried` by a share of the devices, `withdrawn` from them; the others
 * changed nothing.
 */
export const adoptions = [
  'adopted',
  'tried',
  'withdrawn',
  'older',
  'foreign_spec',
  'missing',
  'corrupt',
  'unknown_class',
  'unsigned',
  'unknown_key',
  'altered',
] as const;
export type Adoption = (typeof adoptions)[number];

export type Initialisations = {
  current(deviceClass: string): ModelBundle | null;
  /** Version of the bundle that a share of the devices tries; 0 for none. */
  canary(deviceClass: string): number;
  /** The bundle that this device tries before its class does; null for none. */
  triedBy(deviceClass: string, deviceId: string): ModelBundle | null;
  /** A bundle by its version; null where the store has none that can be used. Rejects when the store cannot be reached. */
  version(deviceClass: string, version: number): Promise<ModelBundle | null>;
  /** Loads what the store says is current and tried for every class. */
  load(): Promise<void>;
  /** Does what an announcement says, or says why not; rejects only when the store cannot be reached. */
  adopt(announcement: ModelAnnouncement): Promise<Adoption>;
};

/** `specHashes` maps each configured class to the hash of its feature spec: a bundle for another layout is refused, and with `trusted` keys what none of them signed. */
export function createInitialisations(
  state: StateStore,
  specHashes: ReadonlyMap<string, string>,
  onAdoption: (announcement: ModelAnnouncement, adoption: Adoption) => void,
  note: LogMessage,
  trusted: readonly PublicKey[] = [],
): Initialisations {
  const bundles = new Map<string, ModelBundle>();
  const shelf = createBundleShelf(state, specHashes, note, trusted);
  const currentVersion = (deviceClass: string): number => bundles.get(deviceClass)?.version ?? 0;
  const canaries = createCanaries(state, shelf, currentVersion, note);

  async function tryAdopt(announcement: ModelAnnouncement): Promise<Adoption> {
    const { deviceClass, version } = announcement;
    if (version <= currentVersion(deviceClass)) return 'older';
    const bundle = await shelf.announced(announcement);
    if (typeof bundle === 'string') return bundle;
    const replaced = bundles.get(deviceClass);
    bundles.set(deviceClass, bundle);
    if (replaced !== undefined) shelf.keep(replaced);
    if ((canaries.of(deviceClass)?.version ?? Infinity) <= version) canaries.withdraw(deviceClass);
    return 'adopted';
  }

  async function adopt(announcement: ModelAnnouncement): Promise<Adoption> {
    const { deviceClass, stage = 'current' } = announcement;
    const isOurs = specHashes.has(deviceClass);
    const follow = stage === 'current' ? tryAdopt : canaries.follow;
    const adoption = isOurs ? await follow(announcement) : 'unknown_class';
    if (adoption !== 'older') onAdoption(announcement, adoption);
    return adoption;
  }

  return {
    current: (deviceClass) => bundles.get(deviceClass) ?? null,
    canary: (deviceClass) => canaries.of(deviceClass)?.version ?? 0,
    triedBy: canaries.triedBy,
    adopt,
    async version(deviceClass, version) {
      const inUse = [bundles.get(deviceClass), canaries.of(deviceClass)].find((bundle) => bundle?.version === version);
      return inUse ?? shelf.find(deviceClass, version);
    },
    async load() {
      const classes = [...specHashes.keys()];
      const pointers = await readPointers(state, note, [...classes.map(currentBundleKey), ...classes.map(canaryBundleKey)]);
      for (const [i, deviceClass] of classes.entries()) {
        const [current, tried] = [pointers[i], pointers[classes.length + i]];
        if (current !== null) await adopt(current);
        if (tried !== null) await adopt(tried);
        else canaries.withdraw(deviceClass);
      }
    },
  };
}
