// `tocsin demo`: the whole product for a minute.
import type { Command } from 'commander';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { portNumber, positiveNumber, wholeNumber } from './options.ts';

type DemoFlags = { for: number; report?: string; data?: string; seed: number; serve?: true; port: number };

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
    .option('--serve', 'go on showing what happened on the console page until Ctrl-C')
    .option('--port <n>', 'port of the console page; 0 takes a free one', portNumber, 0)
    .action(async ({ for: forSeconds, report, data, seed, serve, port }: DemoFlags) => {
      // Loaded when asked for: it brings the trainer and with it all of tfjs.
      const { runDemo } = await import('../demo/run-demo.ts');
      const useColour = wantsColour(world);
      // Everything of a demo is thrown away anyway: ending at once is ending in order.
      const interrupted = world.interrupted();
      let exitCode = 130;
      interrupted.addEventListener('abort', () => world.process.exit(exitCode));
      const page = { port, kept: serve === true ? (code: number) => ((exitCode = code), untilAborted(interrupted)) : null };
      end(await runDemo({ forSeconds, reportFile: report, dataDirectory: data, seed, output: world.stdout, useColour, page }));
    });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  // A timer, too: a listener alone keeps no process.
  const timer = setInterval(() => undefined, 60_000);
  return new Promise((resolve) => signal.addEventListener('abort', () => (clearInterval(timer), resolve())));
}
