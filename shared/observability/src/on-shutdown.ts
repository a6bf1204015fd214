// Ending in order: the first signal runs the steps, a second one ends the process at once. Only a main.ts calls this.
import { constants } from 'node:os';
import type { LogMessage } from '@tocsin/schemas';

export type ShutdownStep = { name: string; run: () => Promise<void> };

export type ShutdownOptions = {
  signals?: readonly NodeJS.Signals[];
  /** Run one after the other; one that fails does not keep the next from running. */
  steps: readonly ShutdownStep[];
  /** For all steps together, milliseconds. */
  timeoutMs?: number;
  log: LogMessage;
  /** The process, or a stand-in for tests. */
  process?: { on(signal: NodeJS.Signals, listener: () => void): unknown; exit(code: number): void };
};

/** Ends the process in order, once. Exit code 0 when every step went well and no other was asked for. */
export type Shutdown = (reason: string, exitCode?: number) => Promise<void>;

/** Installs the handlers and returns the same ending for those who end for another reason. */
export function onShutdown({
  signals = ['SIGTERM', 'SIGINT'],
  steps,
  timeoutMs = 10_000,
  log,
  process: host = process,
}: ShutdownOptions): Shutdown {
  let ending: Promise<void> | undefined;

  async function end(reason: string, exitCode: number): Promise<void> {
    log('info', 'shutting down', { reason });
    let code = exitCode;
    let current = '';
    // Kept alive on purpose: with nothing else to wait for the process would end as if all had gone well.
    const timer = setTimeout(() => {
      log('error', 'shutdown took too long', { step: current, timeoutMs });
      host.exit(1);
    }, timeoutMs);
    for (const { name, run } of steps) {
      current = name;
      try {
        await run();
      } catch (error) {
        code = 1;
        log('error', 'a step of the shutdown failed', { step: name, error });
      }
    }
    clearTimeout(timer);
    log('info', 'shut down', { reason });
    host.exit(code);
  }

  const shutdown: Shutdown = (reason, exitCode = 0) => (ending ??= end(reason, exitCode));
  for (const signal of signals) {
    host.on(signal, () => {
      if (ending === undefined) return void shutdown(signal);
      log('warn', 'second signal, ending at once', { signal });
      host.exit(128 + constants.signals[signal]);
    });
  }
  return shutdown;
}
