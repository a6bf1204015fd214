// The shared initialisations in use, one per class: loaded at start, replaced while running, never by something broken.
import { checksumOf, decodeBundle } from '@tocsin/models';
import {
  bundleKey,
  currentBundleKey,
  decodeModelAnnouncement,
  type LogMessage,
  type ModelAnnouncement,
  type ModelBundle,
} from '@tocsin/schemas';
import { StateError, type StateStore } from '@tocsin/state';

/** Bundles kept in memory beside the current ones: what a replay after a promotion needs, in a few classes. */
const othersMax = 8;

/** What became of an announcement. */
export type Adoption = 'adopted' | 'older' | 'foreign_spec' | 'missing' | 'corrupt' | 'unknown_class';

export type Initialisations = {
  current(deviceClass: string): ModelBundle | null;
  /** A bundle by its version; null where the store has none that can be used. Rejects when the store cannot be reached. */
  version(deviceClass: string, version: number): Promise<ModelBundle | null>;
  /** Loads what the store says is current for every class. */
  load(): Promise<void>;
  /** Takes an announced bundle into use, or says why not; rejects only when the store cannot be reached. */
  adopt(announcement: ModelAnnouncement): Promise<Adoption>;
};

/** `specHashes` maps each configured class to the hash of its feature spec: a bundle for another layout is refused. */
export function createInitialisations(
  state: StateStore,
  specHashes: ReadonlyMap<string, string>,
  onAdoption: (announcement: ModelAnnouncement, adoption: Adoption) => void,
  note: LogMessage,
): Initialisations {
  const bundles = new Map<string, ModelBundle>();
  /** Bundles that are not current (any more), the one that was asked for last at the end. */
  const others = new Map<string, ModelBundle>();

  function remember(bundle: ModelBundle): void {
    const key = bundleKey(bundle.deviceClass, bundle.version);
    others.delete(key);
    others.set(key, bundle);
    const [oldest] = others.keys();
    if (others.size > othersMax && oldest !== undefined) others.delete(oldest);
  }

  async function readVersion(deviceClass: string, version: number): Promise<ModelBundle | null> {
    const location = bundleKey(deviceClass, version);
    const bytes = await readBundle(location);
    if (bytes === null) return null;
    try {
      const bundle = decodeBundle(bytes);
      return bundle.spec.hash === specHashes.get(deviceClass) ? bundle : null;
    } catch (error) {
      note('error', 'a model bundle cannot be read', { deviceClass, version, location, error: String(error) });
      return null;
    }
  }

  async function tryAdopt(announcement: ModelAnnouncement): Promise<Adoption> {
    const { deviceClass, version, specHash, location, checksum } = announcement;
    if (!specHashes.has(deviceClass)) return 'unknown_class';
    if (version <= (bundles.get(deviceClass)?.version ?? 0)) return 'older';
    if (specHash !== specHashes.get(deviceClass)) return 'foreign_spec';
    const bytes = await readBundle(location);
    if (bytes === null) return 'missing';
    if (checksumOf(bytes) !== checksum) return 'corrupt';
    try {
      const replaced = bundles.get(deviceClass);
      bundles.set(deviceClass, decodeBundle(bytes));
      if (replaced !== undefined) remember(replaced);
      return 'adopted';
    } catch (error) {
      note('error', 'a model bundle cannot be read', { deviceClass, version, location, error: String(error) });
      return 'corrupt';
    }
  }

  /** Null also for a place that the store would never take: nothing can be there. */
  async function readBundle(location: string): Promise<Uint8Array | null> {
    try {
      const [bytes] = await state.getMany([location]);
      return bytes ?? null;
    } catch (error) {
      if (!(error instanceof StateError) || error.isRetriable) throw error;
      note('error', 'a model bundle cannot be read', { location: location.slice(0, 200), error: String(error) });
      return null;
    }
  }

  async function adopt(announcement: ModelAnnouncement): Promise<Adoption> {
    const adoption = await tryAdopt(announcement);
    if (adoption !== 'older') onAdoption(announcement, adoption);
    return adoption;
  }

  return {
    current: (deviceClass) => bundles.get(deviceClass) ?? null,
    adopt,
    async version(deviceClass, version) {
      const current = bundles.get(deviceClass);
      if (current?.version === version) return current;
      const bundle = others.get(bundleKey(deviceClass, version)) ?? (await readVersion(deviceClass, version));
      if (bundle !== null) remember(bundle);
      return bundle;
    },
    async load() {
      const classes = [...specHashes.keys()];
      const pointers = await state.getMany(classes.map(currentBundleKey));
      for (const [i, pointer] of pointers.entries()) {
        if (pointer === null) continue;
        let announcement: ModelAnnouncement;
        try {
          announcement = decodeModelAnnouncement(pointer);
        } catch (error) {
          note('error', 'the pointer to the current bundle cannot be read', { deviceClass: classes[i], error: String(error) });
          continue;
        }
        await adopt(announcement);
      }
    },
  };
}
