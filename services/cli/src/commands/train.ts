// `tocsin train`: a model bundle per device class of recorded data.
import { Option, type Command } from 'commander';
import { learnerNames, type LearnerChoice } from '@tocsin/schemas';
import { counted, duration } from '../terminal/figures.ts';
import { createScreen } from '../terminal/screen.ts';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { nameList, wholeNumber } from './options.ts';

type TrainFlags = {
  data: string;
  out: string;
  sets?: string[];
  learner: LearnerChoice;
  seed: number;
  work: string;
  threads: number;
};

const examples = `
Examples:
  tocsin train --data DIR --out models
  tocsin evaluate --data OTHER --models models --out unseen.json

Learns from the meta-train devices alone, as the trainer does from a topic: held-out devices choose the learner and set thresholds.
What was trained before on the same data by the same code is not trained again; a run that was stopped goes on.`;

export function addTrain(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('train')
    .summary('model bundles from recorded devices')
    .description('Trains a model bundle for every device class of recorded data.')
    .requiredOption('--data <dir>', 'folder of one data set, or of several')
    .requiredOption('--out <dir>', 'where the bundles and models.json go')
    .option('--sets <names>', 'only these sets, separated by commas', nameList)
    .addOption(new Option('--learner <name>', 'how to learn').choices(['auto', ...learnerNames]).default('auto'))
    .option('--seed <n>', 'seed of everything random', wholeNumber, 1)
    .option('--work <dir>', 'where windows are kept', '.tocsin/evaluate')
    .option('--threads <n>', 'worker threads', wholeNumber, 2)
    .addHelpText('after', examples)
    .action(async (flags: TrainFlags) => end(await train(flags, world)));
}

async function train({ data, out, work, threads, ...chosen }: TrainFlags, world: World): Promise<number> {
  const { trainFleets } = await import('../train/train-fleets.ts');
  const { trainLines } = await import('../train/summary.ts');
  const screen = createScreen(world.stderr, world.now, wantsColour(world));
  const signal = world.interrupted();
  const startedMs = world.now();
  const request = { ...chosen, sets: chosen.sets, dataDirectory: data, modelsDirectory: out, workDirectory: work };
  const { entries, kept, failures } = await trainFleets(
    { ...request, threads: Math.max(1, threads), now: world.now },
    screen,
    signal,
  );
  for (const failure of failures) screen.event(screen.colour('red', `failed: ${failure}`));
  if (signal.aborted) {
    screen.event('stopped; the same command goes on from here');
    return 130;
  }
  world.stdout.write(`${trainLines(entries).join('\n')}\n`);
  const before = kept === 0 ? '' : `, ${kept} of them before`;
  screen.event(
    `${counted(entries.length, 'class', 'classes')} in ${duration(world.now() - startedMs)}${before}; models in ${out}`,
  );
  return failures.length > 0 ? 1 : 0;
}
