// Runs every test against a real Kafka and a real Redis: starts both, runs vitest, says what was skipped and why, stops both.
// `node scripts/test.mjs [--] [vitest filters and flags]`; the report lies in .tocsin/test-report.json.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServers } from '../test/servers/index.mjs';
import { closingLine, summarise } from './test-report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const reportFile = '.tocsin/test-report.json';
const filters = process.argv.slice(2).filter((argument, at) => argument !== '--' || at > 0);

process.chdir(root);
rmSync(reportFile, { force: true });

// Ctrl-C reaches vitest by itself, which then ends; SIGTERM is passed on. Both lead to the stop below.
/** @type {import('node:child_process').ChildProcess | undefined} */
let vitest;
/** @type {NodeJS.Signals | undefined} */
let endedBy;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    endedBy = signal;
    if (vitest === undefined) process.exit(1);
    vitest.kill(signal);
  });
}

const servers = await startServers();
for (const line of servers.lines) console.log(line);
const exitCode = await runVitest(servers.env).finally(servers.stop);

if (endedBy !== undefined || !existsSync(reportFile)) {
  console.error(endedBy === undefined ? `vitest left no report (exit code ${exitCode})` : `ended by ${endedBy}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const report = JSON.parse(readFileSync(reportFile, 'utf8'));
const summary = summarise(report, { exitCode, serversAreRequired: process.env.CI === 'true' });
for (const { name, reason } of summary.skipped) console.log(`skipped: ${name}: ${reason}`);
for (const problem of [...summary.failures, ...summary.problems]) console.log(`failed: ${problem}`);
console.log(closingLine(summary));
process.exitCode = summary.failed > 0 ? 1 : 0;

/** @param {Record<string, string>} env @returns {Promise<number>} */
function runVitest(env) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters];
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  vitest = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
