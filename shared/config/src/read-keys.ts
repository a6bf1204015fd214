// Texts of the keys that a configuration names, from files or as they are. Does not look into them.
import { readFileSync, statSync } from 'node:fs';
import type { LogMessage } from '@tocsin/schemas';
import { ConfigError, mistakesIn } from './config-error.ts';
import type { SigningConfig } from './schema.ts';

/** `name`: where the key came from, for people. */
export type KeyText = { text: string; name: string };

/** The private key; null for none. Warns where others on this machine may read its file. Throws ConfigError where it cannot be read. */
export function readSigningKey({ privateKey, privateKeyFile }: SigningConfig, note: LogMessage): KeyText | null {
  if (privateKey !== null) return { text: privateKey, name: 'signing.privateKey' };
  if (privateKeyFile === null) return null;
  const text = readKey(privateKeyFile, 'signing.privateKeyFile');
  if (process.platform !== 'win32' && (statSync(privateKeyFile).mode & 0o077) !== 0)
    note('warn', 'others on this machine may read the private key; chmod 600 it', { file: privateKeyFile });
  return { text, name: privateKeyFile };
}

/** The public keys, in no order that means anything. Throws ConfigError where a file cannot be read. */
export function readPublicKeys({ publicKeys, publicKeyFiles }: Pick<SigningConfig, 'publicKeys' | 'publicKeyFiles'>): KeyText[] {
  const mistakes = publicKeyFiles.flatMap((file, i) => mistakesIn(() => readKey(file, fileSetting(i))));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return [
    ...publicKeys.map((text, i) => ({ text, name: `signing.publicKeys[${i}]` })),
    ...publicKeyFiles.map((file, i) => ({ text: readKey(file, fileSetting(i)), name: file })),
  ];
}

function fileSetting(i: number): string {
  return `signing.publicKeyFiles[${i}]`;
}

function readKey(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const advice = 'check the path and its permissions; tocsin models keygen makes a pair';
    throw new ConfigError([{ path, value: file, expected: `a file that can be read (${why})`, advice }]);
  }
}
