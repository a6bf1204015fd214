// `tocsin train`: a model bundle per device class of recorded data, or a published one once more.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { learnerNames, type LearnerChoice } from '@tocsin/schemas';
import { counted, duration } from '../terminal/figures.ts';
import { createScreen } from '../terminal/screen.ts';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { UsageError } from '../usage-error.ts';
import { configFlag, configHelp, nameList, wholeNumber } from './options.ts';

type TrainFlags = {
  data?: string;
  from?: From;
  config?: string;
  anyway?: true;
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
  tocsin train --from pump@7 --out rebuilt

With --data it learns from the meta-train devices alone, as the trainer does from a topic: held-out devices choose the learner and set thresholds.
What was trained before on the same data by the same code is not trained again; a run that was stopped goes on.

With --from it learns a published bundle once more, from the topics of the configuration, as far as the bundle says that they had been read,
and compares: exit code 0 where every byte is the same. That takes the same configuration, a log that still has all of it, and a store that
still has the version that was in use then; it says what is missing. Nothing is published.`;

/** A class, and a version of it; the current one where that is left out. */
type From = { deviceClass: string; version: number | undefined };

export function addTrain(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('train')
    .summary('model bundles from recorded devices, or one that was published once more')
    .description('Trains a model bundle for every device class of recorded data, or a published one once more.')
    .option('--data <dir>', 'folder of one data set, or of several')
    .addOption(new Option('--from <class[@version]>', 'a published bundle').argParser(fromOf).conflicts('data'))
    .requiredOption('--out <dir>', 'where bundles go (with --data, and models.json)')
    .option(configFlag, `with --from: ${configHelp}`)
    .option('--anyway', 'with --from: learn from what is left where it is not what it was')
    .option('--sets <names>', 'only these sets, separated by commas', nameList)
    .addOption(new Option('--learner <name>', 'how to learn').choices(['auto', ...learnerNames]).default('auto'))
    .option('--seed <n>', 'seed of everything random', wholeNumber, 1)
    .option('--work <dir>', 'where windows are kept', '.tocsin/evaluate')
    .option('--threads <n>', 'worker threads', wholeNumber, 2)
    .addHelpText('after', examples)
    .action(async ({ data, from, ...flags }: TrainFlags) => {
      if (from !== undefined) return end(await trainAgain(from, flags, world));
      if (data === undefined) throw new UsageError('neither --data nor --from is given; expected one of them');
      end(await train({ ...flags, data }, world));
    });
}

function fromOf(text: string): From {
  const at = text.lastIndexOf('@');
  if (at < 0) return { deviceClass: text, version: undefined };
  const version = Number(text.slice(at + 1).replace(/^v/, ''));
  if (Number.isSafeInteger(version) && version > 0) return { deviceClass: text.slice(0, at), version };
  throw new InvalidArgumentError('Expected a class, or a class and a version, as pump@7.');
}

const likenesses = {
  whole: 'every byte is the same',
  model: 'initialisation and thresholds are the same, the figures beside them are not',
  other: 'it is not the same',
};

async function trainAgain(
  { deviceClass, version }: From,
  { config, out, work, anyway }: Omit<TrainFlags, 'data' | 'from'>,
  world: World,
): Promise<number> {
  const { rebuild } = await import('../train/rebuild.ts');
  const screen = createScreen(world.stderr, world.now, wantsColour(world));
  const signal = world.interrupted();
  const request = { config, deviceClass, version, outDirectory: out, workDirectory: work, isAnyway: anyway === true };
  const outcome = await rebuild(request, world, screen, signal);
  if (signal.aborted) return 130;
  for (const problem of outcome.problems) screen.event(screen.colour('yellow', problem));
  const name = `${deviceClass} version ${outcome.version}`;
  const told =
    outcome.file === null
      ? `${name} cannot be learned once more; --anyway learns from what is left`
      : `${name} learned once more into ${outcome.file}: ${likenesses[outcome.likeness]}`;
  world.stdout.write(`${told}\n`);
  return outcome.likeness === 'whole' ? 0 : 1;
}

async function train({ data, out, work, threads, ...chosen }: TrainFlags & { data: string }, world: World): Promise<number> {
  const { trainFleets } = await import('../train/train-fleets.ts');
  const { trainLines } = await import('../train/summary.ts');
  const screen = createScreen(world.stderr, world.now, wantsColour(world));
  const signal = world.interrupted();
  const startedMs = world.now();
  const { sets, learner, seed } = chosen;
  const request = { sets, learner, seed, dataDirectory: data, modelsDirectory: out, workDirectory: work };
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
