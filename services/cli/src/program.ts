// The command line: its commands, its help, and what becomes of errors. Exit code 1 for a failure, 2 for wrong usage.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addConsole } from './commands/console.ts';
import { addDemo } from './commands/demo.ts';
import { addDevices } from './commands/devices.ts';
import { addDlq } from './commands/dlq.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addLabels } from './commands/labels.ts';
import { addModels } from './commands/models.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import { addServices } from './commands/services.ts';
import { addTrain } from './commands/train.ts';
import { addUndelivered } from './commands/undelivered.ts';
import { explainError } from './explain-error.ts';
import { UsageError } from './usage-error.ts';
import type { Outcome, World } from './world.ts';

const examples = `
Examples:
  tocsin demo                                          a minute of the whole product, nothing to set up
  tocsin doctor --config tocsin.yaml                   is everything there that the services need?
  tocsin replay --data DIR --print-classes             what to write into the configuration for recorded data
  tocsin run --config tocsin.yaml                      scorer, trainer, notifier and console in one process
  tocsin replay --config tocsin.yaml --data DIR --for 120 --from-now

Settings come from the file and the environment: docs/configuration.md. A command without --config takes the file that
TOCSIN_CONFIG names. Without either everything is kept in .tocsin/ on this machine (a broker or Redis that KAFKA_BROKERS or
REDIS_URL names is used all the same).`;

/** Runs one command line (without node and script); errors are told on `stderr`, never thrown. */
export async function runProgram(argv: readonly string[], world: World): Promise<Outcome> {
  let outcome: Outcome = 0;
  const program = createProgram(world, (ended) => (outcome = ended));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    world.stderr.write(`tocsin: ${explainError(error)}\n`);
    if (/\btocsin\b/.test(world.env['NODE_DEBUG'] ?? ''))
      world.stderr.write(`${String(error instanceof Error && error.stack)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** All commands; `end` hears how the one that ran came out. */
export function createProgram(world: World, end: (outcome: Outcome) => void): Command {
  const program = new Command('tocsin')
    .description('Anomaly detection for fleets of machines that knows a new machine after a handful of windows.')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help; also after a command')
    .helpCommand(false)
    .addHelpText('after', examples)
    .showHelpAfterError('(--help says what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => world.stderr.columns ?? 100,
    });
  for (const add of [
    addDemo,
    addRun,
    addReplay,
    addTrain,
    addEvaluate,
    addLabels,
    addDevices,
    addModels,
    addDlq,
    addUndelivered,
    addDoctor,
    addConsole,
    addServices,
  ])
    add(program, world, end);
  return program;
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
  return version;
}
