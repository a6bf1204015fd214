// Programs from Debian's packages, one after the other: apt-get lets nobody else in meanwhile.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @type {Promise<unknown>} */
let last = Promise.resolve();
let isUpdated = false;

/**
 * Resolves once the package is installed. Rejects with what to do where it cannot be.
 * @param {string} name of the package
 * @param {string} [advice] what else would do
 * @returns {Promise<void>}
 */
export function installFromDebian(name, advice = '') {
  const installing = last.then(() => install(name, advice));
  last = installing.catch(() => undefined);
  return installing;
}

/** @param {string} name @param {string} advice */
async function install(name, advice) {
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!canInstall) throw new Error(`no '${name}' on the PATH; install it (Debian: apt-get install ${name})${advice}`);
  try {
    if (!isUpdated) await run('apt-get', ['update'], { timeout: 300_000 });
    isUpdated = true;
    await run('apt-get', ['install', '-y', '--no-install-recommends', name], { timeout: 600_000 });
  } catch (error) {
    throw new Error(`no '${name}' on the PATH, and apt-get could not install it`, { cause: error });
  }
}
