// A world for tests: output is kept, signals are sent by hand, nothing of the real environment is seen.
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './program.ts';
import type { Outcome, World } from './world.ts';

export type TestWorld = World & {
  out(): string;
  err(): string;
  /** Sends a signal to whoever listens. */
  signal(name: NodeJS.Signals): void;
  /** Resolves with the code that a service ended the process with. */
  exited: Promise<number>;
  /** Runs one command line, as typed. */
  tocsin(line: string): Promise<Outcome>;
};

export function createTestWorld(env: World['env'] = {}): TestWorld {
  const written = { out: '', err: '' };
  const listeners: { name: NodeJS.Signals; listener: () => void }[] = [];
  const interruption = new AbortController();
  let exit: (code: number) => void = () => undefined;
  const world: TestWorld = {
    env,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    now: Date.now,
    sleep: (ms) => sleep(ms),
    interrupted: () => interruption.signal,
    process: { on: (name, listener) => listeners.push({ name, listener }), exit: (code) => exit(code) },
    out: () => written.out,
    err: () => written.err,
    signal(name) {
      interruption.abort(name);
      for (const each of listeners) if (each.name === name) each.listener();
    },
    exited: new Promise((resolve) => (exit = resolve)),
    tocsin: (line) => runProgram(line === '' ? [] : line.split(' '), world),
  };
  return world;
}
