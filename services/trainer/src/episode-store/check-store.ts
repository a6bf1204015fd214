// Whether a store on disk can be opened at all, found out by another process, and whether the last one to use it came to its end.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreBroken } from './store-errors.ts';

/** From src as from dist this is the built entry: Node does not run TypeScript. */
const entry = fileURLToPath(new URL('../../dist/episode-store/store-check.child.js', import.meta.url));

const marker = 'in-use';

/** To be called before it is opened for writing. Whoever ends without `markClosed` has everything checked by the next. */
export function markOpened(directory: string): void {
  writeFileSync(join(directory, marker), '');
}

export function markClosed(directory: string): void {
  rmSync(join(directory, marker), { force: true });
}

/**
 * Takes a fifth of a second, and up to a second for each GB where whoever used the store did not close it: then every chunk is read. Throws
 * `StoreBroken`; nothing is there to check where there is no store.
 */
export function checkStore(directory: string): void {
  if (!existsSync(join(directory, 'data.mdb'))) return;
  if (!existsSync(entry)) throw new Error(`${entry} is missing; run npm run build`);
  const extent = existsSync(join(directory, marker)) ? 'full' : 'quick';
  const { status, signal, stderr } = spawnSync(process.execPath, [entry, directory, extent], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return;
  const reason = status === 3 ? stderr : `whoever opens it ends by ${signal ?? `code ${status}`}`;
  throw new StoreBroken(`episode store ${directory} cannot be read: ${reason}`);
}
