// Entry of a process that reads an episode store to see whether it can be read: LMDB takes down whoever opens a file that is none of
// its own. Ends with 0 where it can, else with 3 and a reason.
import { open } from 'lmdb';
import { storeVersion, type DeviceRecord, type StoreHeader } from './store-records.ts';
import { decodeChunk, windowsPerChunk } from './stored-window.ts';
import { chunkKey, only } from './store-keys.ts';

const [, , directory, extent] = process.argv;

function check(): string | null {
  const env = open<unknown, string>({ path: directory, maxDbs: 8, noSubdir: false, readOnly: true });
  const header = env.openDB<StoreHeader, string>({ name: 'header', encoding: 'json' }).get(only);
  if (header?.version !== storeVersion) return `version ${header?.version}, expected ${storeVersion}`;
  const chunks = env.openDB<Buffer, number>({ name: 'chunks', encoding: 'binary' });
  for (const { value } of env.openDB<DeviceRecord, [string, string]>({ name: 'devices', encoding: 'json' }).getRange({})) {
    const count = extent === 'full' ? Math.ceil(value.windows / windowsPerChunk(value.d)) : 0;
    for (let chunk = 0; chunk < count; chunk++)
      decodeChunk(chunks.get(chunkKey(value.number, chunk)) ?? Buffer.alloc(0), value.d);
  }
  return null;
}

try {
  const reason = check();
  if (reason !== null) {
    process.stderr.write(reason);
    process.exit(3);
  }
  process.exit(0);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exit(3);
}
