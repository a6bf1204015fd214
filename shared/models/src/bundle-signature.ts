// Who published a bundle: Ed25519 signatures (RFC 8032) over its bytes, detached. Knows no file, no environment and makes no keys.
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** `id` names the key in signatures: the beginning of the SHA-256 of its public half, hex. */
export type PublicKey = { id: string; key: KeyObject };
export type SigningKey = PublicKey & { publicKey: PublicKey };

/** `unknown_key`: signed with none of the keys that we know; `altered`: with one of them, but not these bytes, or no signature at all. */
export const signatureVerdicts = ['signed', 'unsigned', 'unknown_key', 'altered'] as const;
export type SignatureVerdict = (typeof signatureVerdicts)[number];

/** A key that cannot be used; never contains the key. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly isRetriable = false;
}

/** From PEM, or base64 of SPKI in DER. `name` is where it came from, for errors. Throws KeyError, for private keys and other kinds, too. */
export function parsePublicKey(text: string, name: string): PublicKey {
  const expected = 'a public Ed25519 key, PEM or base64 of it in DER, as tocsin models keygen writes it';
  if (text.includes('PRIVATE KEY'))
    throw new KeyError(`${name}: a private key, expected ${expected}; whoever verifies must not have the private one`);
  try {
    return withId(createPublicKey(isPem(text) ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }));
  } catch (error) {
    throw unusable(name, expected, error);
  }
}

/** From PEM, or base64 of PKCS #8 in DER. Throws KeyError, for public keys and other kinds, too. */
export function parseSigningKey(text: string, name: string): SigningKey {
  const expected = 'a private Ed25519 key without a passphrase, PEM or base64 of it in DER, as tocsin models keygen writes it';
  try {
    const key = createPrivateKey(isPem(text) ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
    const publicKey = withId(createPublicKey(key));
    return { id: publicKey.id, key, publicKey };
  } catch (error) {
    throw unusable(name, expected, error);
  }
}

/** `ed25519:<id of the key>:<base64>`. */
export function signBundle(bytes: Uint8Array, { id, key }: SigningKey): string {
  return `ed25519:${id}:${sign(null, bytes, key).toString('base64')}`;
}

/** Was it one of these keys that signed exactly these bytes? */
export function verifyBundle(bytes: Uint8Array, signature: string | null, keys: readonly PublicKey[]): SignatureVerdict {
  if (signature === null || signature === '') return 'unsigned';
  const [, id, base64] = /^ed25519:([0-9a-f]{16}):([A-Za-z0-9+/]{86}==)$/.exec(signature) ?? [];
  if (id === undefined || base64 === undefined) return 'altered';
  const known = keys.find((one) => one.id === id);
  if (known === undefined) return 'unknown_key';
  return verify(null, bytes, known.key, Buffer.from(base64, 'base64')) ? 'signed' : 'altered';
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN');
}

function withId(key: KeyObject): PublicKey {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`its kind is ${key.asymmetricKeyType}`);
  const der = key.export({ format: 'der', type: 'spki' });
  return { id: createHash('sha256').update(der).digest('hex').slice(0, 16), key };
}

function unusable(name: string, expected: string, cause: unknown): KeyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KeyError(`${name}: not usable (${why}), expected ${expected}`, { cause });
}
