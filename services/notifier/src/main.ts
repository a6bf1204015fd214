// Entry of the notifier process, run by itself or as `tocsin notifier`.
import { realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig, type Environment } from '@tocsin/config';
import { createLogger, logMessageOf, onShutdown, type ShutdownStep } from '@tocsin/observability';
import { openState } from '@tocsin/state';
import { openTransport } from '@tocsin/transport';
import { runNotifier } from './run-notifier.ts';

/** Resolves once the notifier runs; from then on a signal, or a reader that has ended by itself, ends the process. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } } });
  const config = readConfig(values.config, env);
  const logger = createLogger({ service: 'notifier', ...config.log });
  const note = logMessageOf(logger);
  // Installed first, so that no signal gets past it: before everything runs there is nothing to stop.
  const steps: ShutdownStep[] = [];
  const shutdown = onShutdown({ steps, log: note });
  const transport = openTransport(config.transport, note);
  const state = openState(config.state);
  const running = await runNotifier(config, { transport, state, note });
  steps.push(
    { name: 'notifier', run: running.stop },
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
      `${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exit(1);
  });
}
