// Programs from Debian's packages, one after the other: apt-get lets nobody else in meanwhile.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.mjs';

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

/**
 * Folder with what is in the package, which is not installed. Rejects with what to do where it cannot be had.
 * @param {string} name of the package
 * @param {string} [advice] what else would do
 * @returns {Promise<string>}
 */
export function unpackedFromDebian(name, advice = '') {
  const unpacking = last.then(() => unpack(name, advice));
  last = unpacking.catch(() => undefined);
  return unpacking;
}

/** @param {string} name @param {string} advice @returns {Promise<string>} */
async function unpack(name, advice) {
  if (!existsSync('/etc/debian_version')) throw new Error(`no '${name}' on the PATH; install it${advice}`);
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  // It writes into the working directory, where the user that downloads otherwise may not.
  const download = () => run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', name], { cwd: partial, timeout: 600_000 });
  try {
    await download().catch(async () => {
      // Nobody has asked what there is yet.
      await run('apt-get', ['update'], { timeout: 300_000 });
      isUpdated = true;
      return download();
    });
    const [file] = readdirSync(partial);
    await run('dpkg-deb', ['-x', join(partial, file), partial], { timeout: 120_000 });
    rmSync(join(partial, file));
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Somebody else may have put the same there in the meantime.
    if (!existsSync(folder))
      throw new Error(`no '${name}' on the PATH, and apt-get could not download it${advice}`, { cause: error });
  }
  return folder;
}
