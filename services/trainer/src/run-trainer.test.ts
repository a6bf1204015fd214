import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@tocsin/config';
import { createEmbeddedState } from '@tocsin/state';
import { createEmbeddedTransport } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { runTrainer } from './run-trainer.ts';

const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { secret, open: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
};

/** Fails before anything is opened. */
async function refusal(env: Record<string, string>): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-run-trainer-'));
  const transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  const state = createEmbeddedState({ directory: join(directory, 'state') });
  try {
    const running = await runTrainer(loadConfig({ env }), { transport, state, note: () => undefined });
    await running.stop();
    return '';
  } catch (error) {
    return String(error);
  } finally {
    await transport.close();
    await state.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a trainer whose bundles nobody would take does not start, nor one with a key that is none', async () => {
  const [ours, other] = [keyPair(), keyPair()];
  expect(await refusal({ TOCSIN_SIGNING_PUBLIC_KEYS: other.open })).toMatch(
    /set without signing.privateKeyFile.*refuse what this trainer publishes/,
  );
  expect(await refusal({ TOCSIN_SIGNING_PRIVATE_KEY: ours.open })).toMatch(
    /signing.privateKey: not usable.*tocsin models keygen/,
  );
  expect(await refusal({ TOCSIN_SIGNING_PRIVATE_KEY: ours.secret, TOCSIN_SIGNING_PUBLIC_KEYS: ours.secret })).toMatch(
    /signing.publicKeys\[0\]: a private key/,
  );
  expect(await refusal({ TOCSIN_SIGNING_PRIVATE_KEY_FILE: '/nowhere.key' })).toMatch(/signing.privateKeyFile.*ENOENT/s);
});
