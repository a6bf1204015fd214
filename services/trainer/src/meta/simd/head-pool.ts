// Episodes of a head in WebAssembly memory, and their slopes by any of the schemes.
import type { HeadEpisode } from '@tocsin/models';
import { checkLoss, withQueryInSupport, type EpisodePool, type HeadTask, type Slopes } from '../engine.ts';
import { padded, type Arena } from './arena.ts';
import { fillKernel, headTaskRows, shotsOf, strideOf, taskFloats, type HeadTaskRows } from './head-task.ts';
import { adaptAndJudge, createTape, type InnerRates, type Network, type Tape } from './inner-loop.ts';
import { backFromQuery, backThroughSteps, type BackScratch, type HeadSums } from './way-back.ts';

/** Episodes whose slopes are summed in float32 before they go into the float64 sum. */
const sumEpisodes = 32;

/** What is shared by all episodes of a pool. */
type Workbench = {
  arena: Arena;
  task: HeadTask;
  width: number;
  stride: number;
  tape: Tape;
  network: Network;
  scratch: BackScratch;
  sums: HeadSums;
  /** Meta-SGD's: multiples of the rows (`[stride]`), support inputs transposed and scaled by them, the kernel, slopes by the rows. */
  rows: { factors: Float32Array; support: Float32Array; kernel: Float32Array; through: Float32Array; slopes: Float64Array };
};

export function createHeadPool(
  task: HeadTask,
  pool: readonly HeadEpisode[],
  open: (floats: number) => Arena,
  close: (arena: Arena) => void,
): EpisodePool {
  const episodes = task.scheme === 'reptile' ? pool.map(withQueryInSupport) : pool;
  const width = episodes[0].queryInputs.length / episodes[0].queryBase.length;
  const shots = padded(episodes.reduce((most, episode) => Math.max(most, shotsOf(episode)), 0));
  const queries = episodes.reduce((most, { queryBase }) => Math.max(most, queryBase.length), 0);
  const bench = createBench(task, width, shots, queries, open, episodes);
  const { arena, rows } = bench;
  const isRated = task.scheme === 'meta-sgd';
  const tasks = episodes.map((episode) => headTaskRows(arena, episode, width, isRated ? null : rows.support));
  return {
    slopes: async (parameters, chosen) =>
      slopesOf(
        bench,
        parameters,
        chosen.map((at) => tasks[at]),
      ),
    dispose: () => close(arena),
  };
}

function createBench(
  task: HeadTask,
  width: number,
  shots: number,
  queries: number,
  open: (floats: number) => Arena,
  episodes: readonly HeadEpisode[],
): Workbench {
  const hidden = padded(task.hidden);
  const stride = strideOf(width);
  const rows = shots + queries;
  const steps = task.scheme === 'pooled' ? 0 : task.innerSteps;
  const isRated = task.scheme === 'meta-sgd';
  const floats = episodes.reduce((sum, episode) => sum + taskFloats(episode, width), 0);
  const shared = 3 * stride * (hidden + shots) + (2 * rows + (2 * steps + 6) * shots) * hidden + 2 * rows * shots + 4096;
  const arena = open(floats + shared);
  const tape = createTape(arena, hidden, steps, shots, rows);
  return {
    arena,
    task,
    width,
    stride,
    tape,
    network: { w: arena.floats(stride * hidden), w2: arena.floats(hidden), bias: 0, a: 1 },
    scratch: {
      byLayer: arena.floats(rows * hidden),
      byMoved: arena.floats(shots * hidden),
      byMove: arena.floats(shots * hidden),
      movesTransposed: arena.floats(shots * hidden),
      byKernel: arena.floats(isRated ? rows * shots : 0),
    },
    sums: { w: arena.floats(stride * hidden), w2: new Float64Array(hidden), bias: 0, a: 0, w2Rate: 0, biasRate: 0 },
    rows: {
      factors: new Float32Array(stride),
      support: arena.floats(stride * shots),
      kernel: arena.floats(isRated ? rows * shots : 0),
      through: arena.floats(isRated ? shots * stride : 0),
      slopes: new Float64Array(width + 1),
    },
  };
}

function slopesOf(bench: Workbench, parameters: Float64Array, tasks: readonly HeadTaskRows[]): Slopes {
  const { task, width, sums, rows } = bench;
  const { hidden, scheme } = task;
  const rates = takeUp(bench, parameters);
  Object.assign(sums, { bias: 0, a: 0, w2Rate: 0, biasRate: 0 });
  sums.w.fill(0);
  sums.w2.fill(0);
  rows.slopes.fill(0);
  const slopes = new Float64Array(parameters.length);
  const share = 1 / tasks.length;
  let loss = 0;
  tasks.forEach((one, at) => {
    loss += share * episodeSlopes(bench, one, rates, share);
    if (at % sumEpisodes === sumEpisodes - 1 || at === tasks.length - 1) drain(bench, slopes);
  });
  checkLoss(loss);
  const w2At = (width + 1) * hidden;
  slopes.set(sums.w2.subarray(0, hidden), w2At);
  // Of b2 and c, which are one bias to the loss, Reptile's inner steps move the first.
  slopes.set([sums.bias, sums.a, scheme === 'reptile' ? 0 : sums.bias], w2At + hidden);
  if (scheme !== 'meta-sgd') return { loss, slopes };
  const ratesAt = w2At + hidden + 3;
  const byRates = [...rows.slopes, sums.w2Rate, sums.biasRate];
  byRates.forEach((slope, i) => (slopes[ratesAt + i] = slope * parameters[ratesAt + i]));
  return { loss, slopes };
}

/** The parameters as the kernels take them. */
function takeUp({ task, width, network, rows }: Workbench, parameters: Float64Array): InnerRates {
  const { hidden, innerRate, scheme } = task;
  const stride = padded(hidden);
  for (let i = 0; i <= width; i++) network.w.set(parameters.subarray(i * hidden, (i + 1) * hidden), i * stride);
  const w2At = (width + 1) * hidden;
  network.w2.set(parameters.subarray(w2At, w2At + hidden));
  const [b2, a, c] = parameters.subarray(w2At + hidden);
  network.bias = b2 + c;
  network.a = a;
  if (scheme !== 'meta-sgd') return { rate: innerRate, w2: 1, bias: 1 };
  const ratesAt = w2At + hidden + 3;
  rows.factors.set(parameters.subarray(ratesAt, ratesAt + width + 1));
  return { rate: innerRate, w2: parameters[ratesAt + width + 1], bias: parameters[ratesAt + width + 2] };
}

/** Adds one episode's slopes times `share` to the sums and returns its loss. */
function episodeSlopes(bench: Workbench, task: HeadTaskRows, rates: InnerRates, share: number): number {
  const { arena, tape, network, scratch, sums, rows, stride } = bench;
  const { scheme } = bench.task;
  const { hidden } = tape;
  const isRated = scheme === 'meta-sgd';
  if (isRated) fillKernel(arena, task, rows.kernel, rows.support, stride, rows.factors);
  const one = isRated ? { ...task, kernel: rows.kernel.subarray(0, task.rows * task.shots) } : task;
  const loss = adaptAndJudge(arena, tape, network, one, rates);
  const { byLayer } = scratch;
  if (scheme === 'reptile') awayFromAdapted(bench, one, share);
  else if (scheme === 'fomaml') {
    const byW2 = new Float64Array(hidden);
    byLayer.fill(0, 0, one.shots * hidden);
    sums.bias += backFromQuery(tape, one, share, sums, byLayer, byW2);
    byW2.forEach((slope, h) => (sums.w2[h] += slope));
  } else backThroughSteps(arena, tape, one, rates, share, sums, scratch);
  arena.addTransposedProduct(sums.w, one.inputs, byLayer, stride, hidden, one.rows);
  if (isRated) addRowRates(bench, one);
  return loss;
}

/** Reptile: from the adapted head to the shared one, as slopes. Inner steps move w1 and b1 by S' times the moves. */
function awayFromAdapted({ tape, scratch, sums, task }: Workbench, { shots, rows }: HeadTaskRows, share: number): void {
  const { hidden, moved, w2, bias, steps } = tape;
  const factor = share / (task.innerRate * steps);
  for (let at = 0; at < shots * hidden; at++) scratch.byLayer[at] = -factor * moved[at];
  scratch.byLayer.fill(0, shots * hidden, rows * hidden);
  for (let h = 0; h < hidden; h++) sums.w2[h] += factor * (w2[0][h] - w2[steps][h]);
  sums.bias += factor * (bias[0] - bias[steps]);
}

/** From slopes by the kernel X diag(factors) S' to slopes by the factors: sum over s of S times byKernel' X. */
function addRowRates({ arena, scratch, rows, stride, width }: Workbench, { inputs, shots, rows: count }: HeadTaskRows): void {
  const { through, slopes } = rows;
  through.fill(0, 0, shots * stride);
  arena.addTransposedProduct(through, scratch.byKernel, inputs, shots, stride, count);
  for (let s = 0; s < shots; s++) {
    for (let i = 0, at = s * stride; i <= width; i++, at++) slopes[i] += through[at] * inputs[at];
  }
}

/** Takes the slopes by w1 and b1 out of their float32 sum. */
function drain({ sums, task, width }: Workbench, slopes: Float64Array): void {
  const { hidden } = task;
  const stride = padded(hidden);
  for (let i = 0; i <= width; i++) for (let h = 0; h < hidden; h++) slopes[i * hidden + h] += sums.w[i * stride + h];
  sums.w.fill(0);
}
