import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';
import { readPublicKeys, readSigningKey } from './read-keys.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const signing = (env: Record<string, string>) => loadConfig({ env }).signing;

test('keys come from files and from the environment', () => {
  const [file, other] = [join(directory, 'a.key'), join(directory, 'b.pub')];
  writeFileSync(file, 'secret', { mode: 0o600 });
  writeFileSync(other, 'open');
  const notes: string[] = [];
  const note = (level: string, message: string) => void notes.push(`${level}: ${message}`);
  expect(readSigningKey(signing({}), note)).toBeNull();
  expect(readSigningKey(signing({ TOCSIN_SIGNING_PRIVATE_KEY: 'pem' }), note)?.text).toBe('pem');
  expect(readSigningKey(signing({ TOCSIN_SIGNING_PRIVATE_KEY_FILE: file }), note)).toEqual({ text: 'secret', name: file });
  expect(notes).toEqual([]);
  chmodSync(file, 0o644);
  expect(readSigningKey(signing({ TOCSIN_SIGNING_PRIVATE_KEY_FILE: file }), note)?.text).toBe('secret');
  expect(notes).toEqual([expect.stringMatching(/^warn: .*chmod 600/)]);
  const env = { TOCSIN_SIGNING_PUBLIC_KEYS: 'one,two', TOCSIN_SIGNING_PUBLIC_KEY_FILES: other };
  expect(readPublicKeys(signing(env)).map(({ text }) => text)).toEqual(['one', 'two', 'open']);
});

test('a file that is not there is named, with what to do', () => {
  const gone = join(directory, 'gone.key');
  const note = () => undefined;
  expect(() => readSigningKey(signing({ TOCSIN_SIGNING_PRIVATE_KEY_FILE: gone }), note)).toThrow(ConfigError);
  expect(() => readSigningKey(signing({ TOCSIN_SIGNING_PRIVATE_KEY_FILE: gone }), note)).toThrow(
    /privateKeyFile.*ENOENT.*keygen/s,
  );
  expect(() => readPublicKeys(signing({ TOCSIN_SIGNING_PUBLIC_KEY_FILES: gone }))).toThrow(/publicKeyFiles\[0\]/);
});

test('two private keys are one too many, and none of them is shown', () => {
  const env = { TOCSIN_SIGNING_PRIVATE_KEY: 'hush', TOCSIN_SIGNING_PRIVATE_KEY_FILE: 'a.key' };
  expect(() => signing(env)).toThrow('signing.privateKey');
  expect(() => signing(env)).not.toThrow('hush');
});
