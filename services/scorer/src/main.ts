// Entry of the scorer process, run by itself or as `tocsin scorer`.
import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig, type Environment } from '@tocsin/config';
import { KeyError } from '@tocsin/models';
import { createLogger, logMessageOf, onShutdown, type ShutdownStep } from '@tocsin/observability';
import { openState } from '@tocsin/state';
import { openTransport } from '@tocsin/transport';
import { runScorer } from './run-scorer.ts';

/** Resolves once the scorer runs; from then on a signal, or a reader that has ended by itself, ends the process. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } } });
  const config = readConfig(values.config, env);
  const logger = createLogger({ service: 'scorer', ...config.log });
  const note = logMessageOf(logger);
  // Installed first, so that no signal gets past it: before everything runs there is nothing to stop.
  const steps: ShutdownStep[] = [];
  const shutdown = onShutdown({ steps, log: note });
  const transport = openTransport(config.transport, note);
  const state = openState(config.state);
  const running = await runScorer(config, { transport, state, instanceId: randomUUID(), note });
  steps.push(
    { name: 'scorer', run: running.stop },
    { name: 'transport', run: transport.close },
    { name: 'state', run: state.close },
  );
  setInterval(() => {
    const fatal = running.fatal();
    if (fatal !== null) void shutdown(fatal.message, 1);
  }, 1000).unref();
}

const isEntry = process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename;
if (isEntry) {
  main(process.argv.slice(2), process.env).catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof ConfigError || error instanceof KeyError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exit(1);
  });
}
