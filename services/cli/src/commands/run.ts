// `tocsin run`: scorer, trainer, notifier and console in one process, on whatever the configuration names.
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { checkFiles, readConfig, type Config } from '@tocsin/config';
import { createLogger, logMessageOf, onShutdown, type ShutdownStep } from '@tocsin/observability';
import { openState } from '@tocsin/state';
import { openTransport } from '@tocsin/transport';
import { createLetterDesk } from '../console/letter-desk.ts';
import { createModelDesk } from '../console/model-desk.ts';
import { configSource } from '../local-defaults.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp } from './options.ts';

const fatalEveryMs = 1000;

export function addRun(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('run')
    .summary('scorer, trainer, notifier and console in one process')
    .description(
      'Runs scorer, trainer, notifier and console in one process until SIGTERM or Ctrl-C: with the embedded log a whole on one machine.',
    )
    .option(configFlag, configHelp)
    .action(async ({ config }: { config?: string }) => {
      const { path, env } = configSource(config, world.env);
      await runAll(readConfig(path, env), world);
      end('running');
    });
}

/** Resolves once all run. What was started is stopped again where the rest cannot be. */
async function runAll(config: Config, world: World): Promise<void> {
  if (Object.keys(config.classes).length === 0)
    throw new Error('the configuration has no device classes; add them under classes (see tocsin.example.yaml)');
  checkFiles(config);
  // Loaded when asked for: they bring everything there is.
  const [{ runScorer }, { runTrainer }, { runNotifier }, { runConsole }] = await Promise.all([
    import('@tocsin/scorer'),
    import('@tocsin/trainer'),
    import('@tocsin/notifier'),
    import('@tocsin/console'),
  ]);
  const noteOf = (service: string) => logMessageOf(createLogger({ service, ...config.log }));
  // Installed first, so that no signal gets past it: before something runs there is nothing to stop.
  const steps: ShutdownStep[] = [];
  const shutdown = onShutdown({ steps, log: noteOf('run'), process: world.process });
  const transport = openTransport(config.transport, noteOf('log'));
  const state = openState(config.state);
  try {
    steps.push({ name: 'transport', run: transport.close }, { name: 'state', run: state.close });
    // First, so that it hears all that the scorer says; and last to end.
    const notifier = await runNotifier(config, { transport, state, note: noteOf('notifier') });
    steps.unshift({ name: 'notifier', run: notifier.stop });
    const scorer = await runScorer(config, { transport, state, instanceId: randomUUID(), note: noteOf('scorer') });
    steps.unshift({ name: 'scorer', run: scorer.stop });
    const trainer = await runTrainer(config, { transport, state, note: noteOf('trainer') });
    steps.unshift({ name: 'trainer', run: trainer.stop });
    const letters = createLetterDesk(config, transport, world);
    const models = createModelDesk(config, { transport, state, note: noteOf('console'), now: world.now });
    const page = await runConsole(config, { transport, state, letters, models, note: noteOf('console') });
    steps.unshift({ name: 'console', run: page.stop });
    world.stderr.write(`console: ${page.url}\n`);
    setInterval(() => {
      const fatal = scorer.fatal() ?? trainer.trainer.status().reader.fatal ?? notifier.fatal() ?? page.fatal();
      if (fatal !== null) void shutdown(fatal.message, 1);
    }, fatalEveryMs).unref();
  } catch (error) {
    for (const { run } of steps) await run().catch(() => undefined);
    throw error;
  }
}
