// Secrets that are shared with others, from files or as they are: what links and webhooks are signed with.
import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import type { LinksConfig, SinkConfig } from './notifier-schema.ts';

/** Null where links are not signed. Throws ConfigError where it cannot be read or is too short. */
export function readLinkKey({ key, keyFile }: Pick<LinksConfig, 'key' | 'keyFile'>): string | null {
  if (key === null && keyFile === null) return null;
  return longEnough(key ?? readSecret(keyFile!, 'links.keyFile'), 32, key === null ? 'links.keyFile' : 'links.key');
}

/** The secret of a webhook; null for a sink without. Throws as above. */
export function readSinkSecret(name: string, { secret, secretFile }: Pick<SinkConfig, 'secret' | 'secretFile'>): string | null {
  if (secret === null && secretFile === null) return null;
  const path = `notifier.sinks.${name}.${secret === null ? 'secretFile' : 'secret'}`;
  return longEnough(secret ?? readSecret(secretFile!, path), 24, path);
}

/** Without the line feed that editors leave at the end. */
function readSecret(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([
      { path, value: file, expected: `a file that can be read (${why})`, advice: 'check the path and its permissions' },
    ]);
  }
}

/** Never shows the secret. */
function longEnough(secret: string, bytesMin: number, path: string): string {
  // Of Standard Webhooks only what the Base64 stands for is the secret.
  const bytes = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64').length : Buffer.byteLength(secret);
  if (bytes >= bytesMin) return secret;
  const advice = 'openssl rand -base64 32 makes one';
  throw new ConfigError([{ path, value: `${bytes} bytes`, expected: `${bytesMin} bytes or more`, advice }]);
}
