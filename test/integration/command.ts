// The built command line in a process of its own.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export type CommandOptions = {
  cwd: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Runs what npm links as `tocsin` instead of the program itself. */
  viaLink?: boolean;
};

export type RunningCommand = {
  /** Everything it said so far, on stdout and stderr. */
  output(): string;
  /** Has it ended, by itself or by a signal? */
  hasEnded(): boolean;
  /** Resolves once it has said `text`; rejects where it ends before. */
  until(text: string): Promise<void>;
  /** Sends a signal and resolves with the exit code, null where the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

const folder = join(import.meta.dirname, '../../services/cli');

/** Runs a command to its end. */
export async function runCommand(
  argv: readonly string[],
  options: CommandOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(argv, options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  await once(child, 'close');
  return { code: child.exitCode, stdout: stdout(), stderr: stderr() };
}

/** Starts a command that goes on until a signal. */
export function startCommand(argv: readonly string[], options: CommandOptions): RunningCommand {
  const child = start(argv, options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const output = () => stdout() + stderr();
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    output,
    hasEnded,
    async until(text) {
      while (!output().includes(text)) {
        if (hasEnded()) throw new Error(`tocsin ${argv.join(' ')} ended before it said '${text}':\n${output()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async end(signal) {
      if (!hasEnded()) {
        const closed = once(child, 'close');
        child.kill(signal);
        await closed;
      }
      return child.exitCode;
    },
  };
}

function start(
  argv: readonly string[],
  { cwd, env = {}, viaLink = false }: CommandOptions,
): ChildProcessByStdio<null, Readable, Readable> {
  const program = join(folder, viaLink ? 'bin/tocsin.mjs' : 'dist/main.js');
  // What is to use the servers of the tests is told so.
  const { KAFKA_BROKERS: _brokers, REDIS_URL: _redis, ...others } = process.env;
  return spawn(process.execPath, [program, ...argv], { cwd, env: { ...others, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
