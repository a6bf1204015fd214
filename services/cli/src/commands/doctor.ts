// `tocsin doctor`: is everything there that the services need, and does what comes fit?
import type { Command } from 'commander';
import { examine } from '../doctor/examine.ts';
import { worstLevel } from '../doctor/finding.ts';
import { findingLines, findingsJson } from '../doctor/print-findings.ts';
import { configSource } from '../local-defaults.ts';
import { createScreen } from '../terminal/screen.ts';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { configFlag, configHelp } from './options.ts';

const details = `
Checks Node, the configuration and the files of secrets that it names, the log and its topics, whether scorer, trainer, notifier
and sinks are there and how far they have read, whether the newest telemetry would be taken (class, channels, rate), keys and
clocks, whether sinks take connections, the schema registry, the state store and the bundles in it, the trainer's backends, and
the disk. Ends within 10 s. Exit code 0 where nothing failed (warnings are none), else 1.`;

export function addDoctor(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('doctor')
    .summary('is everything there that the services need?')
    .description('Looks at everything that the services need, and says what to do where something is missing.')
    .option(configFlag, configHelp)
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', details)
    .action(async ({ config, json }: { config?: string; json?: true }) => {
      const findings = await examine(configSource(config, world.env), world, process.version);
      if (json === true) world.stdout.write(findingsJson(findings));
      else {
        const { colour, event } = createScreen(world.stdout, world.now, wantsColour(world));
        findingLines(findings, colour).forEach(event);
      }
      end(worstLevel(findings) === 'fail' ? 1 : 0);
    });
}
