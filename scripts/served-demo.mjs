// Runs the demo as people do who want to look at it: with its console kept up, which is asked what it shows, until SIGTERM.
// `node scripts/served-demo.mjs [options of tocsin demo]`; exits with 1 where the demo, or a promise of its console, failed.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What has happened is shown at once; a busy machine may need a moment more. */
const shownWithinMs = 60_000;
/** From SIGTERM to the exit, as of every service. */
const endsWithinMs = 10_000;

/** @typedef {{ name: string, passed: boolean, found: string }} Check */

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const demo = spawn(process.execPath, ['services/cli/dist/main.js', 'demo', '--serve', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
/** @type {Promise<number | null>} */
const exited = new Promise((resolve) => demo.once('exit', resolve));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => demo.kill(signal));

let said = '';
/** @type {Promise<string>} */
const served = new Promise((resolve) => {
  demo.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    said += text;
    const stays = /the console stays at (http:\S+)/.exec(said);
    if (stays !== null) resolve(stays[1]);
  });
});
const url = await Promise.race([served, exited]);
if (typeof url !== 'string') {
  console.log(`FAIL  the demo keeps its console up: it ended with ${url}`);
  process.exit(1);
}

const machines = Number(/(\d+) machines of/.exec(said)?.[1]);
const checks = [await shown('the console shows every machine', fleet), await shown('and the incident in one line', incidents)];
demo.kill('SIGTERM');
const exitCode = await Promise.race([exited, sleep(endsWithinMs, 'it did not end', { ref: false })]);
demo.kill('SIGKILL');
checks.push({ name: 'SIGTERM ends it with exit code 0', passed: exitCode === 0, found: String(exitCode) });
for (const { name, passed, found } of checks) console.log(`${passed ? 'ok  ' : 'FAIL'}  ${name}: ${found}`);
process.exit(checks.every(({ passed }) => passed) ? 0 : 1);

/** @returns {Promise<Omit<Check, 'name'>>} */
async function fleet() {
  const { total } = await ask('/api/fleet');
  return { passed: total === machines, found: `${total} of ${machines}` };
}

/** @returns {Promise<Omit<Check, 'name'>>} */
async function incidents() {
  /** @type {{ groups: { incident: { message: string } | null }[] }} */
  const { groups } = await ask('/api/alerts?limit=500');
  const told = groups.flatMap(({ incident }) => (incident === null ? [] : [incident.message]));
  return { passed: told.length === 1, found: [told.length, ...told].join(': ') };
}

/** Asks again until it is as it should be. @param {string} name @param {() => Promise<Omit<Check, 'name'>>} look @returns {Promise<Check>} */
async function shown(name, look) {
  for (let waitedMs = 0; ; waitedMs += 200) {
    const { passed, found } = await look();
    if (passed || waitedMs >= shownWithinMs) return { name, passed, found };
    await sleep(200);
  }
}

/** @param {string} path */
async function ask(path) {
  const response = await fetch(`${url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
