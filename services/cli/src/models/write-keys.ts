// A new pair of keys for signing bundles, as two files.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePublicKey } from '@tocsin/models';

export type WrittenKeys = { privateFile: string; publicFile: string; id: string; publicKey: string };

/** Writes both files, the private one for its owner alone. Throws where one of them is there already: it may be the only copy. */
export function writeKeys(directory: string): WrittenKeys {
  const [privateFile, publicFile] = ['tocsin-signing.key', 'tocsin-signing.pub'].map((name) => join(directory, name));
  for (const file of [privateFile, publicFile])
    if (existsSync(file)) throw new Error(`${file} is there already and is not overwritten; name another folder with --out`);
  const pair = generateKeyPairSync('ed25519');
  mkdirSync(directory, { recursive: true });
  writeFileSync(privateFile, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  const text = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  try {
    writeFileSync(publicFile, text, { flag: 'wx' });
  } catch (error) {
    rmSync(privateFile);
    throw error;
  }
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { privateFile, publicFile, id: parsePublicKey(text, publicFile).id, publicKey };
}
