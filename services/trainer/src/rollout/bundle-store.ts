// Bundles and their signatures in the state store. What is loaded to be published (again) has to be trusted first: whoever signs, vouches.
import {
  checksumOf,
  decodeBundle,
  encodeBundle,
  signBundle,
  verifyBundle,
  type PublicKey,
  type SignatureVerdict,
  type SigningKey,
} from '@tocsin/models';
import { bundleKey, bundleSignatureKey, type ModelAnnouncement, type ModelBundle, type RolloutVersion } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { RolloutError } from './rollout-error.ts';

/** Who signs, and whom we trust. Without keys nothing is signed, and everything trusted. */
export type Keys = { signing: SigningKey | null; trusted: readonly PublicKey[] };

export type StoredBundle = { bytes: Uint8Array; signature: string | null; bundle: ModelBundle; trust: SignatureVerdict };

/** A version, and the checksum of its bytes where it is known: what differs is unreadable. */
type Known = Pick<RolloutVersion, 'version' | 'checksum'>;

export type BundleStore = {
  /** Stores bytes and signature, and returns the checksum; equal bundles give equal bytes. */
  put(bundle: ModelBundle): Promise<string>;
  /** Rejects with a RolloutError `missing` or `unreadable`. */
  get(deviceClass: string, known: Known): Promise<StoredBundle>;
  /** As `get`; rejects with `untrusted` too where keys are configured and none of them signed it. */
  trusted(deviceClass: string, known: Known): Promise<StoredBundle>;
  /** Signs what is stored as it is. */
  sign(deviceClass: string, known: Known): Promise<void>;
  remove(deviceClass: string, versions: readonly number[]): Promise<void>;
};

/** Every call rejects where the store cannot be reached. */
export function createBundleStore(state: StateStore, { signing, trusted }: Keys): BundleStore {
  const known = signing === null ? trusted : [...trusted, signing.publicKey];

  async function putSignature(deviceClass: string, version: number, bytes: Uint8Array): Promise<void> {
    if (signing === null) await state.remove([bundleSignatureKey(deviceClass, version)]);
    else await state.put(bundleSignatureKey(deviceClass, version), Buffer.from(signBundle(bytes, signing)));
  }

  async function get(deviceClass: string, { version, checksum }: Known): Promise<StoredBundle> {
    const keys = [bundleKey(deviceClass, version), bundleSignatureKey(deviceClass, version)];
    const [bytes, signed] = await state.getMany(keys);
    const name = `version ${version} of ${deviceClass}`;
    if (bytes === null || bytes === undefined)
      throw new RolloutError('missing', `${name} is not in the store any more; tocsin models list says what is`);
    const signature = signed === null || signed === undefined ? null : Buffer.from(signed).toString();
    try {
      if (checksum !== null && checksumOf(bytes) !== checksum) throw new Error('its checksum is not that of what was published');
      const bundle = decodeBundle(bytes);
      if (bundle.deviceClass !== deviceClass || bundle.version !== version)
        throw new Error(`what lies there is version ${bundle.version} of ${bundle.deviceClass}`);
      return { bytes, signature, bundle, trust: verifyBundle(bytes, signature, known) };
    } catch (error) {
      throw new RolloutError('unreadable', `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return {
    get,
    async put(bundle) {
      const bytes = encodeBundle(bundle);
      const { deviceClass, version } = bundle;
      await state.put(bundleKey(deviceClass, version), bytes);
      await putSignature(deviceClass, version, bytes);
      return checksumOf(bytes);
    },
    async trusted(deviceClass, wanted) {
      const stored = await get(deviceClass, wanted);
      const { version } = wanted;
      if (known.length === 0 || stored.trust === 'signed') return stored;
      throw new RolloutError(
        'untrusted',
        `version ${version} of ${deviceClass} is not trusted (${stored.trust}): ${advice[stored.trust]}`,
      );
    },
    async sign(deviceClass, wanted) {
      const { bytes } = await get(deviceClass, wanted);
      await putSignature(deviceClass, wanted.version, bytes);
    },
    async remove(deviceClass, versions) {
      const keys = versions.flatMap((version) => [bundleKey(deviceClass, version), bundleSignatureKey(deviceClass, version)]);
      if (keys.length > 0) await state.remove(keys);
    },
  };
}

const advice: Readonly<Record<SignatureVerdict, string>> = {
  signed: '',
  unsigned: 'if you know where it comes from, sign it with tocsin models sign',
  unknown_key: 'add the public key of whoever signed it to signing.publicKeyFiles, if it is a friend',
  altered: 'somebody has changed it in the store; do not publish it, and find out who',
};

/** What is said of a stored bundle in a stage. */
export function announcementOf(
  { bytes, signature, bundle }: StoredBundle,
  stage: NonNullable<ModelAnnouncement['stage']>,
  share: number | null,
): ModelAnnouncement {
  const { deviceClass, version, spec, createdAtMs, metrics } = bundle;
  return {
    deviceClass,
    version,
    location: bundleKey(deviceClass, version),
    checksum: checksumOf(bytes),
    specHash: spec.hash,
    createdAtMs,
    metrics,
    stage,
    ...(share === null ? {} : { share }),
    ...(signature === null ? {} : { signature }),
  };
}
