// docs/benchmarks-trainer.md, from the figures.
import { basis, comparePytorch, goalsOf, type Measured, type Pair, type Taken } from './compare.ts';
import { median, type EngineFigures, type Figures, type FleetFigure } from './figures.ts';

export function trainerPage(figures: Figures): string {
  const { machine, versions, load, shape, engines, missing, pytorch } = figures;
  const others: Measured[] = typeof pytorch === 'string' ? [] : pytorch;
  const compared: Measured[] = [...engines, ...others];
  const pairs = comparePytorch(figures);
  const hasGpu = compared.some(({ kind }) => kind === 'gpu');
  const noGpu =
    '**No GPU was at hand: nothing here says how fast one is.** Where `webgpu` is listed, the processor plays a GPU: that it computes ' +
    'the same is tested there, and its speed means nothing.';
  const missed = typeof pytorch === 'string' ? [...missing, `PyTorch was not compared: ${pytorch}`] : missing;
  return `<!-- Written by \`npm run bench:trainer\`; edit test/bench/trainer/page.ts, not this page. -->

# Benchmarks of the trainer

Outer steps on made-up episodes: d = ${shape.d}, K = ${shape.shots} normal windows as support, ${shape.queries} query windows, heads of ${shape.hidden} hidden units,
${shape.innerSteps} inner steps; and whole meta-updates of made-up fleets.

${machine}; ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}. Processes that wanted a core, mean over a minute: ${load[0].toFixed(1)} at the start, ${load[1].toFixed(1)} at
the end. Where that is more than the cores, times on the clock are those of a machine that does other things as well. Figures of processors are therefore
processor time, all threads added up: median, and behind the slash the fastest step on the clock. Figures of GPUs are on the clock, median and fastest.
${hasGpu ? '' : `\n${noGpu}\n`}
## In short

${goalsOf(figures)
  .map((line) => `* ${line}`)
  .join('\n')}

## Backends

${[...compared.map(({ description }) => description), ...missed].map((line) => `* ${line}`).join('\n')}

## Milliseconds of an outer step

${table(compared, milliseconds)}

## Episodes a second

${table(compared, (step, engine) => Math.round(step.episodes / median(basis(step, engine))).toLocaleString('en'))}
${pairs.length === 0 ? '' : `\n## Beside PyTorch\n\nOn one thread each, or on the same GPU.\n\n${comparisonTable(pairs)}\n`}
## Memory

${engines.map(memoryLine).join('\n')}

## Whole meta-updates

From windows in memory to the gate's decision (statistics, weights, prototypes, Meta-SGD and pooled heads in four folds, judging, thresholds, the
final initialisation) in one thread. A trainer learns from at most \`trainer.devicesMax\` devices of a class at a time, 1,000 unless told otherwise.
Resident memory is that of the whole process, with whatever it did before. Processes that wanted a core: ${figures.fleetsLoad.map((one) => one.toFixed(1)).join(' at the start, ')} at the end.

| devices | windows of each | with labels | outer steps | seconds on the clock | of processor time | resident, MB | verdict |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
${figures.fleets.map(fleetLine).join('\n')}
`;
}

function milliseconds(step: Taken, engine: Measured): string {
  const figure = (seconds: number): string => (1000 * seconds).toFixed(seconds < 0.01 ? 2 : 0);
  return `${figure(median(basis(step, engine)))} / ${figure(Math.min(...step.seconds))}`;
}

function table(engines: readonly Measured[], shown: (step: Taken, engine: Measured) => string): string {
  const batches = [...new Set(engines.flatMap(({ steps }) => steps.map(({ episodes }) => episodes)))].sort(
    (one, other) => one - other,
  );
  const rows = engines.flatMap((engine) =>
    [...new Set(engine.steps.map(({ algorithm }) => algorithm))].map((algorithm) => {
      const cells = batches.map((episodes) => {
        const step = engine.steps.find((one) => one.algorithm === algorithm && one.episodes === episodes);
        if (step === undefined) return '';
        return 'skipped' in step ? `not run: ${step.skipped}` : shown(step, engine);
      });
      return `| ${engine.name} | ${algorithm} | ${cells.join(' | ')} |`;
    }),
  );
  const head = batches.map((episodes) => `${episodes.toLocaleString('en')} episodes`);
  return [`| backend | algorithm | ${head.join(' | ')} |`, `| --- | --- |${batches.map(() => ' ---: |').join('')}`, ...rows].join(
    '\n',
  );
}

function comparisonTable(pairs: readonly Pair[]): string {
  const rows = pairs.map(({ algorithm, episodes, other, theirs, engine, ours }) => {
    const cells = [algorithm, episodes.toLocaleString('en'), other, (1000 * theirs).toFixed(1), engine, (1000 * ours).toFixed(1)];
    return `| ${cells.join(' | ')} | ${(theirs / ours).toFixed(1)} |`;
  });
  const head = '| algorithm | episodes | | its ms | our fastest | our ms | its / ours |';
  return [head, '| --- | ---: | --- | ---: | --- | ---: | ---: |', ...rows].join('\n');
}

function fleetLine({ devices, windows, labelled, outerSteps, seconds, cpuSeconds, memoryMb, verdict }: FleetFigure): string {
  const cells = [
    devices.toLocaleString('en'),
    windows,
    labelled,
    outerSteps,
    seconds.toFixed(1),
    cpuSeconds.toFixed(1),
    memoryMb.toFixed(0),
    verdict,
  ];
  return `| ${cells.join(' | ')} |`;
}

function memoryLine({ name, memoryMb, tensors }: EngineFigures): string {
  const held = `* ${name}: ${memoryMb.before.toFixed(0)} MB resident before, ${memoryMb.after.toFixed(0)} MB with the largest pools`;
  if (tensors === undefined) return held;
  const { steps, before, after, bytesBefore, bytesAfter } = tensors;
  const bytes = (count: number): string => count.toLocaleString('en');
  return `${held}; tfjs held ${before} tensors of ${bytes(bytesBefore)} bytes before ${bytes(steps)} steps and ${after} of ${bytes(bytesAfter)} after`;
}
