// `tocsin scorer`, `tocsin trainer`, `tocsin notifier`, `tocsin simulator`: the processes of a deployment, one each.
import type { Command } from 'commander';
import { configSource } from '../local-defaults.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp } from './options.ts';

type Main = (argv: readonly string[], env: World['env']) => Promise<void>;

// Loaded when asked for: a scorer has no use for the trainer's libraries.
const services: { name: string; summary: string; load: () => Promise<{ main: Main }> }[] = [
  {
    name: 'scorer',
    summary: 'the live path: telemetry in, scored windows and alerts out',
    load: () => import('@tocsin/scorer/main'),
  },
  { name: 'trainer', summary: 'meta-training, apart from the live path', load: () => import('@tocsin/trainer/main') },
  {
    name: 'notifier',
    summary: 'tells people of alerts, many at once as one incident',
    load: () => import('@tocsin/notifier/main'),
  },
  { name: 'simulator', summary: 'a fleet to try things on, simulated or recorded', load: () => import('@tocsin/simulator/main') },
];

export function addServices(program: Command, world: World, end: (outcome: Outcome) => void): void {
  for (const { name, summary, load } of services) {
    program
      .command(name)
      .summary(summary)
      .description(`Runs the ${name} until SIGTERM or Ctrl-C: ${summary}.`)
      .option(configFlag, configHelp)
      .action(async ({ config }: { config?: string }) => {
        const { main } = await load();
        const { path, env } = configSource(config, world.env);
        await main(['--config', path], env);
        end('running');
      });
  }
}
