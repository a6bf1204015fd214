// An episode of a head as the kernels take it: rows of the support, padded to a multiple of 4 with rows that weigh nothing, then those
// of the query.
import type { HeadEpisode } from '@tocsin/models';
import { padded, type Arena } from './arena.ts';

export type HeadTaskRows = {
  /** Support rows with the padding, and all rows. */
  shots: number;
  rows: number;
  /** `[rows][stride]`: inputs, then a 1, then zeros. */
  inputs: Float32Array;
  /** Closed-form scores, labels (1 for an anomaly) and class-balanced weights: normals of either part add up to 1/2, and so do anomalies. */
  base: Float32Array;
  labels: Float32Array;
  weights: Float32Array;
  /** Inner products of inputs, the 1 included, `[rows][shots]`. Empty where it is not a constant. */
  kernel: Float32Array;
  /** Support windows of each kind. */
  normals: number;
  anomalies: number;
};

export function strideOf(width: number): number {
  return padded(width + 1);
}

/** Floats that an episode takes, at most. */
export function taskFloats(episode: HeadEpisode, width: number): number {
  const shots = padded(shotsOf(episode));
  const rows = shots + episode.queryBase.length;
  return rows * (strideOf(width) + shots + 3) + 16;
}

export function shotsOf({ supportBase, anomalyBase }: HeadEpisode): number {
  return supportBase.length + (anomalyBase?.length ?? 0);
}

/** Copies an episode of inputs of this width into the arena; `scratch` of `[stride][shots]` gives it a kernel. */
export function headTaskRows(arena: Arena, episode: HeadEpisode, width: number, scratch: Float32Array | null): HeadTaskRows {
  const { supportInputs, supportBase, anomalyInputs = none, anomalyBase = none, queryInputs, queryBase, queryLabels } = episode;
  const stride = strideOf(width);
  const shots = padded(shotsOf(episode));
  const rows = shots + queryBase.length;
  const inputs = arena.floats(rows * stride);
  const [base, labels, weights] = [arena.floats(rows), arena.floats(rows), arena.floats(rows)];
  const put = (from: number, values: Float64Array, scores: Float64Array): void => {
    base.set(scores, from);
    for (let row = 0; row < scores.length; row++) {
      inputs.set(values.subarray(row * width, (row + 1) * width), (from + row) * stride);
      inputs[(from + row) * stride + width] = 1;
    }
  };
  put(0, supportInputs, supportBase);
  put(supportBase.length, anomalyInputs, anomalyBase);
  put(shots, queryInputs, queryBase);
  weights.fill(0.5 / supportBase.length, 0, supportBase.length);
  weights.fill(0.5 / anomalyBase.length, supportBase.length, supportBase.length + anomalyBase.length);
  labels.fill(1, supportBase.length, supportBase.length + anomalyBase.length);
  labels.set(queryLabels, shots);
  const faults = queryLabels.reduce((sum, label) => sum + label, 0);
  queryLabels.forEach((label, row) => (weights[shots + row] = 0.5 / (label === 1 ? faults : queryLabels.length - faults)));
  const task = { shots, rows, inputs, base, labels, weights, normals: supportBase.length, anomalies: anomalyBase.length };
  if (scratch === null) return { ...task, kernel: arena.floats(0) };
  const kernel = arena.floats(rows * shots);
  fillKernel(arena, task, kernel, scratch, stride, null);
  return { ...task, kernel };
}

/** X diag(factors) S' into `kernel`; factors of 1 where none are given. */
export function fillKernel(
  arena: Arena,
  { shots, rows, inputs }: Pick<HeadTaskRows, 'shots' | 'rows' | 'inputs'>,
  kernel: Float32Array,
  scratch: Float32Array,
  stride: number,
  factors: Float32Array | null,
): void {
  for (let i = 0; i < stride; i++) {
    const factor = factors === null ? 1 : factors[i];
    for (let s = 0; s < shots; s++) scratch[i * shots + s] = factor * inputs[s * stride + i];
  }
  kernel.fill(0, 0, rows * shots);
  arena.addProduct(kernel, inputs, scratch, rows, shots, stride);
}

const none = new Float64Array(0);
