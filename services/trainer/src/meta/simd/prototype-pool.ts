// The slopes of a prototypical head (METHOD D, end) by its embedding and the fleet's prototypes: backpropagation by hand.
import { sigmoid, softplus, type HeadEpisode } from '@tocsin/models';
import { checkLoss, type EpisodePool, type PrototypeTask, type Slopes } from '../engine.ts';
import { padded, type Arena } from './arena.ts';
import { headTaskRows, shotsOf, strideOf, taskFloats, type HeadTaskRows } from './head-task.ts';

const sumEpisodes = 32;

type Workbench = {
  arena: Arena;
  width: number;
  stride: number;
  hidden: number;
  weight: number;
  w: Float32Array;
  layer: Float32Array;
  byLayer: Float32Array;
  byW: Float32Array;
};
/** `normal` and `anomaly` are `[hidden]`: prototypes, or slopes by them. */
type Pair = { normal: Float64Array; anomaly: Float64Array };
type Sums = Pair & { a: number; c: number; gain: number };

export function createPrototypePool(
  { hidden, weight }: PrototypeTask,
  pool: readonly HeadEpisode[],
  open: (floats: number) => Arena,
  close: (arena: Arena) => void,
): EpisodePool {
  const width = pool[0].queryInputs.length / pool[0].queryBase.length;
  const stride = strideOf(width);
  const rows = pool.reduce((most, episode) => Math.max(most, padded(shotsOf(episode)) + episode.queryBase.length), 0);
  const floats = pool.reduce((sum, episode) => sum + taskFloats(episode, width), 0);
  const columns = padded(hidden);
  const arena = open(floats + 2 * (stride + rows) * columns + 64);
  const bench = {
    arena,
    width,
    stride,
    hidden,
    weight,
    w: arena.floats(stride * columns),
    layer: arena.floats(rows * columns),
    byLayer: arena.floats(rows * columns),
    byW: arena.floats(stride * columns),
  };
  const tasks = pool.map((episode) => withoutKernel(arena, episode, width));
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

function withoutKernel(arena: Arena, episode: HeadEpisode, width: number): HeadTaskRows {
  return headTaskRows(arena, episode, width, null);
}

function slopesOf(bench: Workbench, parameters: Float64Array, tasks: readonly HeadTaskRows[]): Slopes {
  const { arena, width, stride, hidden, w, byW } = bench;
  const columns = padded(hidden);
  const aAt = (width + 2) * hidden + 1;
  const normalAt = aAt + 2;
  for (let i = 0; i <= width; i++) w.set(parameters.subarray(i * hidden, (i + 1) * hidden), i * columns);
  const fleet = {
    normal: parameters.subarray(normalAt, normalAt + hidden),
    anomaly: parameters.subarray(normalAt + hidden, normalAt + 2 * hidden),
  };
  const link = { a: parameters[aAt], c: parameters[aAt + 1], gain: Math.exp(parameters[normalAt + 2 * hidden]) };
  const sums: Sums = { normal: new Float64Array(hidden), anomaly: new Float64Array(hidden), a: 0, c: 0, gain: 0 };
  const slopes = new Float64Array(parameters.length);
  const share = 1 / tasks.length;
  let loss = 0;
  byW.fill(0);
  tasks.forEach((task, at) => {
    loss += share * episodeSlopes(bench, task, fleet, link, share, sums);
    arena.addTransposedProduct(byW, task.inputs, bench.byLayer, stride, columns, task.rows);
    if (at % sumEpisodes !== sumEpisodes - 1 && at !== tasks.length - 1) return;
    for (let i = 0; i <= width; i++) for (let h = 0; h < hidden; h++) slopes[i * hidden + h] += byW[i * columns + h];
    byW.fill(0);
  });
  checkLoss(loss);
  slopes.set([sums.a, sums.c, ...sums.normal, ...sums.anomaly, sums.gain], aAt);
  return { loss, slopes };
}

/** Leaves the slopes by pre-activations in `byLayer`, adds the others to `sums`, and returns the loss. */
function episodeSlopes(
  bench: Workbench,
  task: HeadTaskRows,
  fleet: Pair,
  { a, c, gain }: { a: number; c: number; gain: number },
  share: number,
  sums: Sums,
): number {
  const { arena, stride, hidden, w, layer, byLayer } = bench;
  const { shots, rows, inputs, base, labels, weights, normals, anomalies } = task;
  const columns = padded(hidden);
  layer.fill(0, 0, rows * columns);
  arena.addProduct(layer, inputs, w, rows, columns, stride);
  arena.tanh(layer.subarray(0, rows * columns));
  const centre = centroid(bench, 0, normals, fleet.normal);
  const fault = centroid(bench, normals, normals + anomalies, fleet.anomaly);
  const w2 = centre.map((value, h) => 2 * gain * (fault[h] - value));
  const b2 = gain * centre.reduce((sum, value, h) => sum + value * value - fault[h] * fault[h], 0);
  const byW2 = new Float64Array(hidden);
  byLayer.fill(0, 0, rows * columns);
  let byB2 = 0;
  let loss = 0;
  for (let row = shots; row < rows; row++) {
    let logit = a * base[row] + c + b2;
    for (let h = 0, at = row * columns; h < hidden; h++, at++) logit += w2[h] * layer[at];
    loss += weights[row] * softplus(labels[row] === 1 ? -logit : logit);
    const slope = share * weights[row] * (sigmoid(logit) - labels[row]);
    sums.a += slope * base[row];
    byB2 += slope;
    for (let h = 0, at = row * columns; h < hidden; h++, at++) {
      byW2[h] += slope * layer[at];
      byLayer[at] = slope * w2[h] * (1 - layer[at] * layer[at]);
    }
  }
  sums.c += byB2;
  sums.gain += byB2 * b2 + w2.reduce((sum, value, h) => sum + value * byW2[h], 0);
  const byCentre = centre.map((value, h) => 2 * gain * (byB2 * value - byW2[h]));
  const byFault = fault.map((value, h) => 2 * gain * (byW2[h] - byB2 * value));
  backToRows(bench, 0, normals, byCentre, sums.normal);
  backToRows(bench, normals, normals + anomalies, byFault, sums.anomaly);
  return loss;
}

/** Mean of the fleet's prototype, which counts `weight` times, and of the embeddings of these rows. */
function centroid({ layer, hidden, weight }: Workbench, from: number, to: number, prior: Float64Array): Float64Array {
  const columns = padded(hidden);
  const sum = prior.map((value) => weight * value);
  for (let row = from; row < to; row++) for (let h = 0; h < hidden; h++) sum[h] += layer[row * columns + h];
  return sum.map((value) => value / (to - from + weight));
}

function backToRows(
  { layer, byLayer, hidden, weight }: Workbench,
  from: number,
  to: number,
  by: Float64Array,
  byPrior: Float64Array,
): void {
  const columns = padded(hidden);
  const each = 1 / (to - from + weight);
  for (let h = 0; h < hidden; h++) byPrior[h] += weight * each * by[h];
  for (let row = from; row < to; row++) {
    for (let h = 0, at = row * columns; h < hidden; h++, at++) byLayer[at] = each * by[h] * (1 - layer[at] * layer[at]);
  }
}
