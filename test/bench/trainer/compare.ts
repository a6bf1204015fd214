// What the figures say of what was wanted: beside PyTorch, GPU beside processor, whole meta-updates.
import { median, type EngineFigures, type Figures, type StepFigure } from './figures.ts';

export type Measured = Pick<EngineFigures, 'name' | 'steps' | 'device' | 'kind' | 'description'>;
export type Taken = Extract<StepFigure, { seconds: number[] }>;
/** The same step in PyTorch and in our fastest engine on a device of its kind, in seconds. */
export type Pair = { algorithm: string; episodes: number; other: string; theirs: number; engine: string; ours: number };

/** Times on the clock say nothing of a processor that does other things as well. */
export function basis(step: Taken, { kind }: Measured): number[] {
  return kind === 'gpu' ? step.seconds : step.cpuSeconds;
}

export function comparePytorch({ engines, pytorch }: Figures): Pair[] {
  if (typeof pytorch === 'string') return [];
  return pytorch.filter(isFair).flatMap((other) =>
    other.steps.flatMap((step): Pair[] => {
      const theirs = secondsOf(other, step);
      const fastest = engines
        .filter(({ kind }) => kind === other.kind)
        .map((engine) => ({ engine: engine.name, ours: secondsOf(engine, step) }))
        .sort((one, another) => one.ours - another.ours)
        .at(0);
      if (fastest === undefined || !Number.isFinite(fastest.ours + theirs)) return [];
      return [{ algorithm: step.algorithm, episodes: step.episodes, other: other.name, theirs, ...fastest }];
    }),
  );
}

/** One line for each goal. */
export function goalsOf(figures: Figures): string[] {
  const { engines, fleets } = figures;
  const secondOrder = comparePytorch(figures).filter(({ algorithm }) => algorithm === 'maml' || algorithm === 'meta-sgd');
  const ratios = secondOrder.map(({ theirs, ours }) => theirs / ours).sort((one, other) => one - other);
  const thousand = fleets.find(({ devices }) => devices === 1000);
  const largest = { algorithm: 'maml', episodes: 4096, skipped: '' };
  const [gpu, cpu] = (['gpu', 'cpu'] as const).map((wanted) =>
    engines
      .filter(({ kind }) => kind === wanted)
      .reduce((least, engine) => Math.min(least, secondsOf(engine, largest)), Infinity),
  );
  return [
    ratios.length === 0
      ? 'second-order steps beside PyTorch: not measured'
      : `second-order steps within twice PyTorch's time: ${ratios[0] >= 0.5 ? 'yes' : '**no**'}, PyTorch takes ${ratios[0].toFixed(1)} to ${ratios[ratios.length - 1].toFixed(1)} times as long`,
    thousand === undefined
      ? 'a meta-update of 1,000 devices: not measured'
      : `a meta-update of 1,000 devices in 90 s: ${thousand.cpuSeconds <= 90 ? 'yes' : '**no**'}, ${thousand.cpuSeconds.toFixed(0)} s of processor time in one thread (${thousand.seconds.toFixed(0)} s on the clock of this machine)`,
    Number.isFinite(gpu)
      ? `a GPU ten times as fast as the processor at 4,096 episodes a step: ${cpu / gpu >= 10 ? 'yes' : '**no**'}, ${(cpu / gpu).toFixed(1)} times`
      : 'a GPU beside the processor at 4,096 episodes a step: not measured, no GPU was at hand',
  ];
}

/** Threads that wait for one another add up processor time on a machine that does other things as well; ours is one. */
function isFair({ kind, name }: Measured): boolean {
  return kind === 'gpu' || name.endsWith(' 1 thread');
}

/** Median seconds of the same step; Infinity where it was not run. */
function secondsOf(engine: Measured, { algorithm, episodes }: StepFigure): number {
  const like = engine.steps.find((step) => step.algorithm === algorithm && step.episodes === episodes);
  return like === undefined || 'skipped' in like ? Number.POSITIVE_INFINITY : median(basis(like, engine));
}
