// A real Prometheus for tests of rules and dashboards: from PROMETHEUS or the PATH, else from the Debian package. promtool comes with it.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installFromDebian } from './debian.mjs';

const run = promisify(execFile);

/**
 * Path and version. Rejects with what to do where there is none and none can be installed.
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function findPrometheus() {
  const found = await firstThatRuns();
  if (found !== null) return found;
  await installFromDebian('prometheus', ', or name one in PROMETHEUS, with promtool beside it');
  const installed = await firstThatRuns();
  if (installed === null) throw new Error('prometheus was installed and does not run');
  return installed;
}

/** @param {string} prometheus path of the server @returns {string} */
export function promtoolOf(prometheus) {
  return join(dirname(prometheus), 'promtool');
}

/** @returns {Promise<{ path: string, version: string } | null>} */
async function firstThatRuns() {
  for (const name of [process.env.PROMETHEUS, 'prometheus']) {
    if (!name) continue;
    const path = name.includes('/') ? name : await placeOf(name);
    if (path === null) continue;
    const found = await run(promtoolOf(path), ['--version'], { timeout: 20_000 }).catch(() => null);
    const [, version = 'of unknown version'] = /version (\S+)/.exec(`${found?.stdout}${found?.stderr}`) ?? [];
    if (found !== null) return { path, version };
  }
  return null;
}

/** @param {string} name @returns {Promise<string | null>} */
async function placeOf(name) {
  const found = await run('sh', ['-c', `command -v ${name}`]).catch(() => null);
  return found === null ? null : found.stdout.trim();
}
