// Episodes of different sizes as equally sized blocks of float32: rows that pad a block weigh nothing.
import type { HeadEpisode } from '@tocsin/models';

/** One block of `[tasks][rows]` windows: inputs `[tasks][rows][width]`, everything else `[tasks][rows]`. */
export type Block = {
  rows: number;
  inputs: Float32Array;
  /** Closed-form scores. */
  base: Float32Array;
  /** 1 for an anomaly. */
  labels: Float32Array;
  /** Class-balanced: the normals of a task add up to 1/2, and so do its anomalies. */
  weights: Float32Array;
};

export type EpisodeBatch = { tasks: number; width: number; support: Block; query: Block };

type Rows = { inputs: Float64Array; base: Float64Array; labels: Uint8Array };

/** Packs episodes of head inputs of the same width; throws RangeError for none. */
export function episodeBatch(episodes: readonly HeadEpisode[]): EpisodeBatch {
  const [first] = episodes;
  if (first === undefined) throw new RangeError('episodes: none, expected at least one');
  const width = first.queryInputs.length / first.queryBase.length;
  return {
    tasks: episodes.length,
    width,
    support: block(episodes.map(supportRows), width),
    query: block(
      episodes.map(({ queryInputs, queryBase, queryLabels }) => ({ inputs: queryInputs, base: queryBase, labels: queryLabels })),
      width,
    ),
  };
}

/** Support normals and anomalies, one under the other. */
function supportRows(episode: HeadEpisode): Rows {
  const { supportInputs, supportBase, anomalyInputs = new Float64Array(0), anomalyBase = new Float64Array(0) } = episode;
  const inputs = new Float64Array(supportInputs.length + anomalyInputs.length);
  const base = new Float64Array(supportBase.length + anomalyBase.length);
  inputs.set(supportInputs);
  inputs.set(anomalyInputs, supportInputs.length);
  base.set(supportBase);
  base.set(anomalyBase, supportBase.length);
  return { inputs, base, labels: new Uint8Array(base.length).fill(1, supportBase.length) };
}

function block(tasks: readonly Rows[], width: number): Block {
  const rows = Math.max(...tasks.map(({ base }) => base.length));
  const inputs = new Float32Array(tasks.length * rows * width);
  const base = new Float32Array(tasks.length * rows);
  const labels = new Float32Array(tasks.length * rows);
  const weights = new Float32Array(tasks.length * rows);
  tasks.forEach((task, at) => {
    inputs.set(task.inputs, at * rows * width);
    base.set(task.base, at * rows);
    labels.set(task.labels, at * rows);
    const anomalies = task.labels.reduce((sum, label) => sum + label, 0);
    task.labels.forEach((label, row) => {
      weights[at * rows + row] = 0.5 / (label === 1 ? anomalies : task.labels.length - anomalies);
    });
  });
  return { rows, inputs, base, labels, weights };
}
