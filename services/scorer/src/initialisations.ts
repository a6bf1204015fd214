// The shared initialisations in use, one per class: loaded at start, replaced while running, never by something broken.
import { checksumOf, decodeBundle } from '@tocsin/models';
import {
  currentBundleKey,
  decodeModelAnnouncement,
  type LogMessage,
  type ModelAnnouncement,
  type ModelBundle,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { createBundleShelf } from './bundle-shelf.ts';

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
  const shelf = createBundleShelf(state, specHashes, note);

  async function tryAdopt(announcement: ModelAnnouncement): Promise<Adoption> {
    const { deviceClass, version, specHash, location, checksum } = announcement;
    if (!specHashes.has(deviceClass)) return 'unknown_class';
    if (version <= (bundles.get(deviceClass)?.version ?? 0)) return 'older';
    if (specHash !== specHashes.get(deviceClass)) return 'foreign_spec';
    const bytes = await shelf.read(location);
    if (bytes === null) return 'missing';
    if (checksumOf(bytes) !== checksum) return 'corrupt';
    try {
      const replaced = bundles.get(deviceClass);
      bundles.set(deviceClass, decodeBundle(bytes));
      if (replaced !== undefined) shelf.keep(replaced);
      return 'adopted';
    } catch (error) {
      note('error', 'a model bundle cannot be read', { deviceClass, version, location, error: String(error) });
      return 'corrupt';
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
      return current?.version === version ? current : shelf.find(deviceClass, version);
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
