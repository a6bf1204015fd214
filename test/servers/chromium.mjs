// A real Chromium for tests of pages: from CHROMIUM or the PATH, else from the Debian package.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { installFromDebian } from './debian.mjs';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Without these it looks for updates, for the world outside, or for a graphics card. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Path and version. Rejects with what to do where there is none and none can be installed.
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function findChromium() {
  return (await firstThatRuns()) ?? (await installed());
}

/** @returns {Promise<{ path: string, version: string } | null>} */
async function firstThatRuns() {
  for (const path of [process.env.CHROMIUM, ...names]) {
    if (!path) continue;
    const found = await run(path, ['--version'], { timeout: 20_000 }).catch(() => null);
    if (found !== null) return { path: await resolved(path), version: found.stdout.trim() };
  }
  return null;
}

/** @param {string} name @returns {Promise<string>} */
async function resolved(name) {
  if (name.includes('/')) return name;
  const { stdout } = await run('sh', ['-c', `command -v ${name}`]);
  return stdout.trim();
}

async function installed() {
  await installFromDebian('chromium', ', or name one in CHROMIUM');
  const found = await firstThatRuns();
  if (found === null) throw new Error('chromium was installed and does not run');
  return found;
}
