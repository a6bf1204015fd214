// What a command may know of the world around it. main.ts hands over the real one, tests one of their own.
import type { Environment } from '@tocsin/config';
import type { ShutdownOptions } from '@tocsin/observability';
import type { Output } from './terminal/screen.ts';

export type World = {
  env: Environment;
  /** What was asked for; everything else goes to `stderr`. */
  stdout: Output;
  stderr: Output;
  /** Wall clock, epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Listens from the call on: aborts with the name of the first signal to end. */
  interrupted(): AbortSignal;
  /** Receives the signals of a service, and is exited by it. */
  process: NonNullable<ShutdownOptions['process']>;
};

/** Exit code of a command, or that it goes on in the background until a signal ends the process. */
export type Outcome = number | 'running';

/** Colours are for terminals whose owner has not asked for none (https://no-color.org). */
export function wantsColour({ env }: Pick<World, 'env'>): boolean {
  return (env['NO_COLOR'] ?? '') === '';
}
