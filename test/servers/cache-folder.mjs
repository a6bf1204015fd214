// Where what was downloaded for tests is kept, outside the checkout.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$TOCSIN_CACHE`, else the place for caches of this operating system. @returns {string} */
export function cacheFolder() {
  if (process.env.TOCSIN_CACHE) return process.env.TOCSIN_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tocsin');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tocsin');
}
