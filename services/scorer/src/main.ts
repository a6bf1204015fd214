// Entry of the scorer process.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '@tocsin/config';
import { createLogger, logMessageOf, onShutdown } from '@tocsin/observability';
import { openState } from '@tocsin/state';
import { openTransport } from '@tocsin/transport';
import { runScorer } from './run-scorer.ts';

const { values } = parseArgs({ options: { config: { type: 'string' } } });

try {
  const config = readConfig(values.config, process.env);
  const logger = createLogger({ service: 'scorer', ...config.log });
  const note = logMessageOf(logger);
  const transport = openTransport(config.transport, note);
  const state = openState(config.state);
  const running = await runScorer(config, { transport, state, instanceId: randomUUID(), note });
  const shutdown = onShutdown({
    steps: [
      { name: 'scorer', run: running.stop },
      { name: 'transport', run: transport.close },
      { name: 'state', run: state.close },
    ],
    log: note,
  });
  setInterval(() => {
    const { telemetry, models } = running.scorer.status();
    const fatal = telemetry.fatal ?? models.fatal;
    if (fatal !== null) void shutdown(fatal.message, 1);
  }, 1000).unref();
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
