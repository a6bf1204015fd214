// Episodes of different sizes as equally sized blocks of float32: rows that pad a block weigh nothing.
import { addProduct, type HeadEpisode } from '@tocsin/models';

/** Windows of one episode, `rows` of them, and their `kernel` `[rows][support rows]`: inner products of inputs, plus 1. */
type Side = { inputs: Float64Array; base: Float64Array; labels: Uint8Array; kernel: Float64Array };

/** An episode ready for the outer step; worth keeping, since the kernels are most of the work. */
export type Task = { width: number; support: Side; query: Side };

/** One block of `[tasks][rows]` windows; `inputs` are `[tasks][rows][width + 1]`, the last one 1. */
export type Block = {
  rows: number;
  inputs: Float32Array;
  /** `[tasks][rows][support rows]`. */
  kernel: Float32Array;
  /** Closed-form scores. */
  base: Float32Array;
  /** 1 for an anomaly. */
  labels: Float32Array;
  /** Class-balanced: the normals of a task add up to 1/2, and so do its anomalies. */
  weights: Float32Array;
};

export type EpisodeBatch = { tasks: number; width: number; support: Block; query: Block };

/** Puts support normals and anomalies under one another and computes the kernels. The query must not be empty. */
export function taskOf(episode: HeadEpisode): Task {
  const { supportInputs, supportBase, anomalyInputs = new Float64Array(0), anomalyBase = new Float64Array(0) } = episode;
  const width = episode.queryInputs.length / episode.queryBase.length;
  const inputs = new Float64Array(supportInputs.length + anomalyInputs.length);
  const base = new Float64Array(supportBase.length + anomalyBase.length);
  inputs.set(supportInputs);
  inputs.set(anomalyInputs, supportInputs.length);
  base.set(supportBase);
  base.set(anomalyBase, supportBase.length);
  const labels = new Uint8Array(base.length).fill(1, supportBase.length);
  const query = { inputs: episode.queryInputs, base: episode.queryBase, labels: episode.queryLabels };
  return {
    width,
    support: { inputs, base, labels, kernel: kernelOf(inputs, inputs, width) },
    query: { ...query, kernel: kernelOf(query.inputs, inputs, width) },
  };
}

/** Packs tasks of the same width; throws RangeError for none. */
export function episodeBatch(tasks: readonly Task[]): EpisodeBatch {
  if (tasks.length === 0) throw new RangeError('tasks: none, expected at least one');
  const { width } = tasks[0];
  const supports = tasks.map(({ support }) => support);
  const queries = tasks.map(({ query }) => query);
  const supportRows = Math.max(...supports.map(({ base }) => base.length));
  return {
    tasks: tasks.length,
    width,
    support: block(supports, supports, supportRows, width),
    query: block(queries, supports, supportRows, width),
  };
}

function kernelOf(rows: Float64Array, support: Float64Array, width: number): Float64Array {
  const [n, columns] = [rows.length / width, support.length / width];
  const kernel = new Float64Array(n * columns).fill(1);
  addProduct(kernel, rows, support, n, columns, width);
  return kernel;
}

function block(sides: readonly Side[], supports: readonly Side[], supportRows: number, width: number): Block {
  const rows = Math.max(...sides.map(({ base }) => base.length));
  const inputs = new Float32Array(sides.length * rows * (width + 1));
  const kernel = new Float32Array(sides.length * rows * supportRows);
  const base = new Float32Array(sides.length * rows);
  const labels = new Float32Array(sides.length * rows);
  const weights = new Float32Array(sides.length * rows);
  sides.forEach((side, at) => {
    const columns = supports[at].base.length;
    base.set(side.base, at * rows);
    labels.set(side.labels, at * rows);
    const anomalies = side.labels.reduce((sum, label) => sum + label, 0);
    side.labels.forEach((label, row) => {
      const start = (at * rows + row) * (width + 1);
      inputs.set(side.inputs.subarray(row * width, (row + 1) * width), start);
      inputs[start + width] = 1;
      weights[at * rows + row] = 0.5 / (label === 1 ? anomalies : side.labels.length - anomalies);
      kernel.set(side.kernel.subarray(row * columns, (row + 1) * columns), (at * rows + row) * supportRows);
    });
  });
  return { rows, inputs, kernel, base, labels, weights };
}
