// `tocsin console`: the page for people who answer alerts, as a process of its own.
import type { Command } from 'commander';
import { readConfig, type Config } from '@tocsin/config';
import { createLogger, logMessageOf, onShutdown, type ShutdownStep } from '@tocsin/observability';
import { openState } from '@tocsin/state';
import { openTransport } from '@tocsin/transport';
import { createLetterDesk } from '../console/letter-desk.ts';
import { createModelDesk } from '../console/model-desk.ts';
import { configSource } from '../local-defaults.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp } from './options.ts';

const fatalEveryMs = 1000;

export function addConsole(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('console')
    .summary('the page for people who answer alerts, and its API')
    .description('Serves fleet, devices, alerts, initialisations and data quality as a page and an API until SIGTERM or Ctrl-C.')
    .option(configFlag, configHelp)
    .action(async ({ config }: { config?: string }) => {
      const { path, env } = configSource(config, world.env);
      await serve(readConfig(path, env), world);
      end('running');
    });
}

/** Resolves once the page can be opened. */
async function serve(config: Config, world: World): Promise<void> {
  const { runConsole } = await import('@tocsin/console');
  const note = logMessageOf(createLogger({ service: 'console', ...config.log }));
  // Installed first, so that no signal gets past it: before something runs there is nothing to stop.
  const steps: ShutdownStep[] = [];
  const shutdown = onShutdown({ steps, log: note, process: world.process });
  const transport = openTransport(config.transport, note);
  const state = openState(config.state);
  const letters = createLetterDesk(config, transport, world);
  const models = createModelDesk(config, { transport, state, note, now: world.now });
  const running = await runConsole(config, { transport, state, letters, models, note });
  steps.push(
    { name: 'console', run: running.stop },
    { name: 'transport', run: transport.close },
    { name: 'state', run: state.close },
  );
  setInterval(() => {
    const fatal = running.fatal();
    if (fatal !== null) void shutdown(fatal.message, 1);
  }, fatalEveryMs).unref();
  world.stdout.write(`${running.url}\n`);
}
