// Bundles as the store has them, and the few beside the current ones that a replay after a promotion still needs.
import { checksumOf, decodeBundle, type PublicKey } from '@tocsin/models';
import { bundleKey, decodeModelAnnouncement, type LogMessage, type ModelAnnouncement, type ModelBundle } from '@tocsin/schemas';
import { StateError, type StateStore } from '@tocsin/state';
import { createCheckSignature, type Distrust } from './check-signature.ts';

/** Bundles kept in memory beside the current ones, of all classes together. */
const keptMax = 8;

type Named = { deviceClass: string; version: number; location: string };

/** Why a bundle that was announced cannot be used. */
export type Unusable = 'foreign_spec' | 'missing' | 'corrupt' | Distrust;

export type BundleShelf = {
  /** The bundle of an announcement, or why it cannot be used. */
  announced(announcement: ModelAnnouncement): Promise<ModelBundle | Unusable>;
  keep(bundle: ModelBundle): void;
  /** A bundle by its version, from memory or the store; null where there is none that can be used. */
  find(deviceClass: string, version: number): Promise<ModelBundle | null>;
};

/** Every call rejects when the store cannot be reached. With `trusted` keys, only what one of them signed is taken. */
export function createBundleShelf(
  state: StateStore,
  specHashes: ReadonlyMap<string, string>,
  note: LogMessage,
  trusted: readonly PublicKey[] = [],
): BundleShelf {
  const checkSignature = createCheckSignature(state, trusted, note);
  /** The one that was asked for last is at the end. */
  const kept = new Map<string, ModelBundle>();

  /** Bytes of a bundle; null also for a place that the store would never take: nothing can be there. */
  async function read(location: string): Promise<Uint8Array | null> {
    try {
      const [bytes] = await state.getMany([location]);
      return bytes ?? null;
    } catch (error) {
      if (!(error instanceof StateError) || error.isRetriable) throw error;
      note('error', 'a model bundle cannot be read', { location: location.slice(0, 200), error: String(error) });
      return null;
    }
  }

  function keep(bundle: ModelBundle): void {
    const key = bundleKey(bundle.deviceClass, bundle.version);
    kept.delete(key);
    kept.set(key, bundle);
    const [oldest] = kept.keys();
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
  }

  /** What these bytes are, if they are what they were published as. */
  async function opened(bytes: Uint8Array, about: Named, signature?: string): Promise<ModelBundle | Unusable> {
    const distrust = await checkSignature(about, bytes, signature);
    if (distrust !== null) return distrust;
    const { deviceClass, version, location } = about;
    try {
      const bundle = decodeBundle(bytes);
      if (bundle.deviceClass === deviceClass && bundle.version === version) return bundle;
      throw new Error(`it is version ${bundle.version} of ${bundle.deviceClass}`);
    } catch (error) {
      note('error', 'a model bundle cannot be read', { deviceClass, version, location, error: String(error) });
      return 'corrupt';
    }
  }

  async function load(deviceClass: string, version: number): Promise<ModelBundle | null> {
    const location = bundleKey(deviceClass, version);
    const bytes = await read(location);
    if (bytes === null) return null;
    const bundle = await opened(bytes, { deviceClass, version, location });
    return typeof bundle === 'string' || bundle.spec.hash !== specHashes.get(deviceClass) ? null : bundle;
  }

  return {
    async announced({ deviceClass, version, specHash, location, checksum, signature }) {
      if (specHash !== specHashes.get(deviceClass)) return 'foreign_spec';
      const bytes = await read(location);
      if (bytes === null) return 'missing';
      if (checksumOf(bytes) !== checksum) return 'corrupt';
      return opened(bytes, { deviceClass, version, location }, signature);
    },
    keep,
    async find(deviceClass, version) {
      const bundle = kept.get(bundleKey(deviceClass, version)) ?? (await load(deviceClass, version));
      if (bundle !== null) keep(bundle);
      return bundle;
    },
  };
}

/** The announcements that lie at these places of the store; null for nothing, or nothing that can be read. */
export async function readPointers(
  state: Pick<StateStore, 'getMany'>,
  note: LogMessage,
  keys: readonly string[],
): Promise<(ModelAnnouncement | null)[]> {
  const pointers = await state.getMany(keys);
  return pointers.map((pointer, i) => {
    if (pointer === null) return null;
    try {
      return decodeModelAnnouncement(pointer);
    } catch (error) {
      note('error', 'the pointer to a bundle cannot be read', { key: keys[i], error: String(error) });
      return null;
    }
  });
}
