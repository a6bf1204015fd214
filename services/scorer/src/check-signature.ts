// Whether a bundle may be used: where public keys are configured, only what one of them signed.
import { verifyBundle, type PublicKey, type SignatureVerdict } from '@tocsin/models';
import { bundleSignatureKey, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';

/** Why a bundle is not trusted. */
export type Distrust = Exclude<SignatureVerdict, 'signed'>;

/** Null for a bundle that may be used. `announced` is the signature that came with the announcement; else the one in the store counts. */
export type CheckSignature = (
  bundle: { deviceClass: string; version: number },
  bytes: Uint8Array,
  announced: string | undefined,
) => Promise<Distrust | null>;

const advice: Readonly<Record<Distrust, string>> = {
  unsigned: 'give the trainer signing.privateKeyFile, or sign what is there: tocsin models sign',
  unknown_key: 'add the public key of whoever published it to signing.publicKeyFiles, or find out who did',
  altered: 'its bytes are not those that were signed: find out who writes to the store, and publish again',
};

/** Without keys nothing is asked for. Rejects when the store cannot be reached. */
export function createCheckSignature(
  state: Pick<StateStore, 'getMany'>,
  trusted: readonly PublicKey[],
  note: LogMessage,
): CheckSignature {
  return async ({ deviceClass, version }, bytes, announced) => {
    if (trusted.length === 0) return null;
    const verdict = verifyBundle(bytes, announced ?? (await stored(state, deviceClass, version)), trusted);
    if (verdict === 'signed') return null;
    note('error', `a model bundle is refused: ${verdict}`, { deviceClass, version, advice: advice[verdict] });
    return verdict;
  };
}

async function stored(state: Pick<StateStore, 'getMany'>, deviceClass: string, version: number): Promise<string | null> {
  const [bytes] = await state.getMany([bundleSignatureKey(deviceClass, version)]);
  return bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString();
}
