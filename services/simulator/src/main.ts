// Entry of the simulator process, run by itself or as `tocsin simulator`.
import { closeSync, openSync, realpathSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig, type Environment } from '@tocsin/config';
import {
  createHttpEndpoint,
  createLogger,
  createMetrics,
  logMessageOf,
  onShutdown,
  type ShutdownStep,
} from '@tocsin/observability';
import { openTransport } from '@tocsin/transport';
import { FleetError } from './recorded/fleet-error.ts';
import { exportStatus } from './export-status.ts';
import { runSimulator } from './run-simulator.ts';

/** Resolves once the fleet sends; from then on its end or a signal ends the process. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } } });
  const config = readConfig(values.config, env);
  const note = logMessageOf(createLogger({ service: 'simulator', ...config.log }));
  // Installed first, so that no signal gets past it: before everything runs there is nothing to stop.
  const steps: ShutdownStep[] = [];
  const shutdown = onShutdown({ steps, log: note });
  const transport = openTransport(config.transport, note);
  const { truthFile } = config.simulator;
  const descriptor = truthFile === null ? null : openSync(truthFile, 'a');
  const running = await runSimulator(config, {
    transport,
    note,
    writeTruth: (line) => void (descriptor !== null && writeSync(descriptor, `${line}\n`)),
    now: Date.now,
    sleep: (ms) => sleep(ms),
  });
  const metrics = createMetrics({ service: 'simulator', classes: Object.keys(config.classes) });
  exportStatus(metrics, running);
  const endpoint = await createHttpEndpoint({ port: config.simulator.httpPort, metrics, live: () => null, ready: () => [] });
  note('info', 'simulator answers', { metrics: endpoint.url });
  steps.push(
    { name: 'simulator', run: running.stop },
    { name: 'endpoint', run: endpoint.close },
    { name: 'truth file', run: async () => void (descriptor !== null && closeSync(descriptor)) },
    { name: 'transport', run: transport.close },
  );
  running.done.then(
    () => shutdown('everything is sent'),
    (error: unknown) => shutdown(`sending failed: ${error instanceof Error ? error.message : String(error)}`, 1),
  );
}

const isEntry = process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename;
if (isEntry) {
  main(process.argv.slice(2), process.env).catch((error: unknown) => {
    const isExpected = error instanceof ConfigError || error instanceof FleetError;
    process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exit(1);
  });
}
