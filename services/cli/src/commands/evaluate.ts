// `tocsin evaluate`: how well every method detects on recorded devices that it has not seen.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { counted, duration } from '../terminal/figures.ts';
import { createScreen } from '../terminal/screen.ts';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { nameList, wholeNumber } from './options.ts';

type EvaluateFlags = {
  data: string;
  out: string;
  sets?: string[];
  methods?: string[];
  models?: string;
  shots: number[];
  anomalies: number[];
  seeds: number;
  split: 'meta-validation' | 'meta-test';
  support: 'first' | 'random';
  page?: string;
  note?: string;
  work: string;
  threads: number;
  suite?: 'nab' | 'skab';
};

const examples = `
Examples:
  tocsin evaluate --data DIR --out evaluation.json --page docs/benchmarks.md
  tocsin evaluate --data OTHER --models models --out unseen.json
  tocsin evaluate --data SKAB --suite skab --out skab-results
  tocsin evaluate --data DIR --out tuned.json --split meta-validation --sets skab,hydraulic --methods eb,knn-own

Fits on the meta-train devices, adapts to each of the others on its first K windows and judges what comes after, with the features,
models and thresholds of the live path. With --models nothing is fitted: devices start from the bundle of their class, those of a class
that nobody has trained from nothing but their own windows (method tocsin). Writes the figures and, beside them, the curve (.svg). What was done before is not done again.`;

export function addEvaluate(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('evaluate')
    .summary('figures on recorded devices that no model has seen')
    .description('Judges every method on recorded devices that it was not fitted on.')
    .requiredOption('--data <dir>', 'folder of one data set, or of several')
    .requiredOption('--out <file>', 'where the figures go, JSON')
    .option('--sets <names>', 'only these sets, separated by commas', nameList)
    .option('--methods <names>', 'only these methods, separated by commas', nameList)
    .option('--models <dir>', 'what tocsin train wrote: nothing is fitted anew')
    .option('--shots <numbers>', 'support windows', numberList, [0, 1, 2, 5, 10, 20, 50])
    .option('--anomalies <numbers>', 'labelled anomalous windows of the device itself', numberList, [0, 1, 5])
    .option('--seeds <n>', 'repetitions where there is randomness', wholeNumber, 5)
    .addOption(
      new Option('--split <name>', 'whose devices are judged').choices(['meta-validation', 'meta-test']).default('meta-test'),
    )
    .addOption(new Option('--support <which>', 'which support windows').choices(['first', 'random']).default('first'))
    .option('--page <file>', 'also write the figures as a page, Markdown')
    .option('--note <text>', 'a sentence for the page: how often these devices have been judged before, say')
    .option('--work <dir>', 'where windows and results are kept', '.tocsin/evaluate')
    .option('--threads <n>', 'worker threads', wholeNumber, 2)
    .addOption(new Option('--suite <name>', 'score a benchmark by its own rules, --out is a folder').choices(['nab', 'skab']))
    .addHelpText('after', examples)
    .action(async (flags: EvaluateFlags) =>
      end(await (flags.suite === undefined ? evaluate(flags, world) : judgeSuite(flags.suite, flags, world))),
    );
}

async function judgeSuite(suite: 'nab' | 'skab', flags: EvaluateFlags, world: World): Promise<number> {
  const { evaluateSuite } = await import('../evaluate/evaluate-suite.ts');
  const screen = createScreen(world.stderr, world.now, wantsColour(world));
  const { data, out, methods, models, split, page } = flags;
  const request = { suite, dataDirectory: data, outDirectory: out, methods, modelsDirectory: models, split, pageFile: page };
  const { summary, lines } = await evaluateSuite(request, screen);
  world.stdout.write(`${lines.join('\n')}\n`);
  screen.event(`${counted(summary.files.length, 'file')} of ${suite}; results and summary.json in ${out}`);
  return 0;
}

async function evaluate(flags: EvaluateFlags, world: World): Promise<number> {
  const { defaultPlan } = await import('@tocsin/evaluator');
  const { evaluateFleets, curveFileOf } = await import('../evaluate/evaluate-fleets.ts');
  const { data, out, sets, methods, models, page, note, work, threads, ...chosen } = flags;
  const screen = createScreen(world.stderr, world.now, wantsColour(world));
  const signal = world.interrupted();
  const startedMs = world.now();
  const request = {
    dataDirectory: data,
    sets,
    methods,
    modelsDirectory: models,
    plan: { ...defaultPlan, ...chosen, seeds: Math.max(1, chosen.seeds) },
    outFile: out,
    pageFile: page,
    note,
    workDirectory: work,
    threads: Math.max(1, threads),
  };
  const report = await evaluateFleets(request, screen, signal);
  for (const { set, method, device, message } of report.failures)
    screen.event(screen.colour('red', `failed: ${[set, device ?? method ?? []].flat().join(', ')}: ${message}`));
  if (signal.aborted) {
    screen.event('stopped; the same command goes on from here');
    return 130;
  }
  const { summaryLines } = await import('../evaluate/summary.ts');
  world.stdout.write(`${summaryLines(report).join('\n')}\n`);
  const judged = report.sets.reduce(
    (sum, { classes }) => sum + classes.reduce((devices, facts) => devices + facts.judgedDevices, 0),
    0,
  );
  screen.event(
    `${counted(judged, 'device')} in ${duration(world.now() - startedMs)}; figures in ${out}, curve in ${curveFileOf(out)}`,
  );
  return report.failures.length > 0 ? 1 : 0;
}

/** Whole numbers separated by commas, rising. */
function numberList(text: string): number[] {
  const numbers = text.split(',').map((part) => Number(part.trim() === '' ? Number.NaN : part));
  if (numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) return [...new Set(numbers)].toSorted((a, b) => a - b);
  throw new InvalidArgumentError('Expected whole numbers, 0 or more, separated by commas.');
}
