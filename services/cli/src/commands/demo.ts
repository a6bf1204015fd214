// `tocsin demo`: the whole product for a minute.
import type { Command } from 'commander';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { positiveNumber, wholeNumber } from './options.ts';

type DemoFlags = { for: number; report?: string; data?: string; seed: number };

export function addDemo(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('demo')
    .summary('a fleet, the scorer and the trainer in one process')
    .description(
      'Plays recorded and simulated machines through the scorer and the trainer, in one process, and says how it went.',
    )
    .option('--for <seconds>', 'how long it may take', positiveNumber, 60)
    .option('--report <file>', 'write the figures as JSON')
    .option('--data <dir>', 'recorded data to play instead of what comes with Tocsin')
    .option('--seed <n>', 'seed of everything random', wholeNumber, 1)
    .action(async ({ for: forSeconds, report, data, seed }: DemoFlags) => {
      // Loaded when asked for: it brings the trainer and with it all of tfjs.
      const { runDemo } = await import('../demo/run-demo.ts');
      const useColour = wantsColour(world);
      // Everything of a demo is thrown away anyway: ending at once is ending in order.
      world.interrupted().addEventListener('abort', () => world.process.exit(130));
      end(await runDemo({ forSeconds, reportFile: report, dataDirectory: data, seed, output: world.stdout, useColour }));
    });
}
