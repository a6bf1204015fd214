#!/usr/bin/env node
// Entry of the command line: the only file here that reads the environment and hears signals.
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './program.ts';

const { stdout, stderr } = process;
// Whoever reads our output may stop reading (`tocsin doctor | head -1`); that is no failure.
stdout.on('error', () => process.exit(0));

const outcome = await runProgram(process.argv.slice(2), {
  env: process.env,
  stdout,
  stderr,
  process,
  now: Date.now,
  sleep: (ms) => sleep(ms),
  interrupted,
});
// Sockets and timers of what was given up must not keep the process; a service that runs ends by its own shutdown.
if (outcome !== 'running') stdout.write('', () => process.exit(outcome));

/** A second signal finds no listener and ends the process as usual. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(signal));
  return controller.signal;
}
