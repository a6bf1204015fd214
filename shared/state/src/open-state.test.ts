import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openState, type StateChoice } from '@tocsin/state';

test('deployments with prefixes of their own share a store without seeing each other', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-state-'));
  const choice: StateChoice = {
    kind: 'embedded',
    url: '',
    cluster: false,
    ttlMs: 1000,
    connectTimeoutMs: 1000,
    directory,
    keyPrefix: 'a:',
  };
  const one = openState(choice);
  const two = openState({ ...choice, keyPrefix: 'b:' });
  await one.put('key', Uint8Array.of(1));
  await one.putIfNewer([{ key: 'other', order: 1, value: Uint8Array.of(2) }]);
  expect(await two.getMany(['key', 'other'])).toEqual([null, null]);
  expect((await one.getMany(['key', 'other'])).map((value) => value?.[0])).toEqual([1, 2]);
  await two.remove(['key']);
  expect((await one.getMany(['key']))[0]).not.toBeNull();
  await one.close();
  await two.close();
  rmSync(directory, { recursive: true, force: true });
});
