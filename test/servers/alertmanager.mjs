// A real Alertmanager for tests: from ALERTMANAGER or the PATH, else out of the Debian package, which is unpacked and not installed: it
// would start a service.
import { execFile } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackedFromDebian } from './debian.mjs';

const run = promisify(execFile);
const names = ['alertmanager', 'prometheus-alertmanager'];
/** Debian's looks for them there, and ends where they are not. */
const templates = '/usr/share/prometheus/alertmanager';

/**
 * Path and version. Rejects with what to do where there is none and none can be had.
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function findAlertmanager() {
  const found = await firstThatRuns([process.env.ALERTMANAGER, ...names]);
  if (found !== null) return found;
  const folder = await unpackedFromDebian('prometheus-alertmanager', ', or name one in ALERTMANAGER');
  if (!existsSync(templates)) cpSync(join(folder, templates), templates, { recursive: true });
  const unpacked = await firstThatRuns([join(folder, 'usr/bin/prometheus-alertmanager')]);
  if (unpacked === null) throw new Error('prometheus-alertmanager was unpacked and does not run');
  return unpacked;
}

/** @param {readonly (string | undefined)[]} paths @returns {Promise<{ path: string, version: string } | null>} */
async function firstThatRuns(paths) {
  for (const path of paths) {
    if (!path) continue;
    const found = await run(path, ['--version'], { timeout: 20_000 }).catch(() => null);
    const [, version = 'of unknown version'] = /version (\S+)/.exec(`${found?.stdout}${found?.stderr}`) ?? [];
    if (found !== null) return { path, version };
  }
  return null;
}
