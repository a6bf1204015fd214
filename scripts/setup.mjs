// Makes a checkout ready to run: dependencies as package-lock.json says, sources and the console's page built. Does nothing twice, may run many times
// at once, and uses nothing but Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const nodeMin = [20, 19];
const stampFile = 'node_modules/.tocsin-stamp';
const lockFolder = '.tocsin/setup.lock';
/** A setup that has not ended after so long never will. */
const staleMs = 20 * 60_000;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
requireNode();
await lock();
install();
build();

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1])) return;
  fail(
    `Node ${process.versions.node} is too old: Tocsin needs ${nodeMin.join('.')} or newer. Install a current Node and run this again.`,
  );
}

/** One setup at a time; another one's work is waited for and then found done. */
async function lock() {
  mkdirSync('.tocsin', { recursive: true });
  for (let isTold = false; ; isTold = true) {
    try {
      mkdirSync(lockFolder);
      writeFileSync(`${lockFolder}/pid`, String(process.pid));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isStale()) rmSync(lockFolder, { recursive: true, force: true });
    else if (!isTold) console.log('waiting for another setup of this checkout to end');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.on('exit', () => rmSync(lockFolder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
}

/** True where the owner of the lock is gone. */
function isStale() {
  try {
    if (Date.now() - statSync(lockFolder).mtimeMs > staleMs) return true;
    const pid = Number(readFileSync(`${lockFolder}/pid`, 'utf8'));
    return pid > 0 && !isRunning(pid);
  } catch {
    return false; // it is being taken or given back at this moment
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  const isStamped = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
  if (isStamped) return;
  if (!isInstalledByHand()) {
    console.log('installing dependencies (npm ci), which takes a minute the first time');
    run('npm', ['ci', '--no-audit', '--no-fund'], 'installed dependencies');
  }
  writeFileSync(stampFile, wanted);
}

/** npm notes what it installed: is that no older than the lock file? */
function isInstalledByHand() {
  const note = 'node_modules/.package-lock.json';
  return existsSync(note) && statSync(note).mtimeMs >= statSync('package-lock.json').mtimeMs;
}

function build() {
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], 'built');
  run(process.execPath, ['scripts/build-web.mjs'], 'built the page');
}

/** Runs quietly: one line with the time it took, or everything it said where it failed. */
function run(command, args, done) {
  const startMs = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status !== 0) fail(`${stdout ?? ''}${stderr ?? ''}${error ?? ''}\n${command} ${args.join(' ')} failed: see above.`);
  console.log(`${done} in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}

/** @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
