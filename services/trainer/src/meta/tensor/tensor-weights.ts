// Outer steps of the closed form's weights and shrinkage (METHOD B and C) as tensors, all tasks at once.
import * as tf from '@tensorflow/tfjs-core';
import type { Initialisation } from '@tocsin/schemas';
import type { EpisodePool } from '../engine.ts';
import { scoreFloor, varianceMin } from '../weight-gradient.ts';
import type { WeightEpisode } from '../weight-episode.ts';
import { createTensorPool, part, type Place, taped, type Upload } from './tensor-pool.ts';

export function createTensorWeights(start: Initialisation, pool: readonly WeightEpisode[], place: Place): EpisodePool {
  const { d } = start;
  const whitening = tf.tensor2d(Float32Array.from(start.whitening), [d, d]);
  const alive = tf.tensor1d(Float32Array.from(start.scale, (scale) => (scale > 0 ? 1 : 0)));
  const step = taped((parameters, { shots, ownMean, scatter: ownScatter, m0, within, queries, labels, weights }) => {
    const [tasks, rows] = labels.shape;
    const vector = (at: number): tf.Tensor => part(parameters, at * d, [1, d]);
    const [kappa, nu] = [vector(4), vector(5)];
    const behind = tf.add(shots, kappa);
    const mean = tf.add(m0, tf.mul(tf.sub(ownMean, m0), tf.div(shots, behind)));
    const scatter = tf.div(tf.add(ownScatter, tf.mul(shots, tf.square(tf.sub(mean, ownMean)))), within);
    const pooled = tf.div(tf.add(nu, scatter), tf.add(nu, shots));
    const variance = tf.maximum(tf.mul(pooled, tf.add(1, tf.div(1, behind))), varianceMin);
    const deviation = tf.expandDims(tf.div(alive, tf.sqrt(tf.mul(within, variance))), 1);
    const u = tf.reshape(tf.mul(tf.sub(queries, tf.expandDims(mean, 1)), deviation), [tasks * rows, d]);
    const b = tf.matMul(u, whitening);
    const squares = (values: tf.Tensor, at: number): tf.Tensor => tf.sum(tf.mul(tf.square(tf.relu(values)), vector(at)), 1);
    const inside = tf.addN([squares(b, 0), squares(tf.neg(b), 1), squares(u, 2), squares(tf.neg(u), 3)]);
    const score = tf.reshape(tf.log(tf.add(tf.div(inside, 2 * d), scoreFloor)), [tasks, rows]);
    const logits = tf.add(tf.mul(score, part(parameters, 6 * d, [])), part(parameters, 6 * d + 1, []));
    return tf.sum(tf.mul(weights, tf.sub(tf.softplus(logits), tf.mul(labels, logits))));
  });
  const finish = (slopes: Float64Array, parameters: Float64Array): Float64Array =>
    slopes.map((slope, i) => (i < 6 * d ? slope * parameters[i] : slope));
  const episodes = createTensorPool(pool.length, uploadOf(pool, d), step, place, { finish });
  const dispose = (): void => {
    episodes.dispose();
    tf.dispose([whitening, alive]);
  };
  return { ...episodes, dispose };
}

/** Own means and sums of squares around them instead of plain sums: in float32 those would cancel. */
function uploadOf(pool: readonly WeightEpisode[], d: number): Upload {
  const rows = pool.reduce((most, { labels }) => Math.max(most, labels.length), 1);
  const filled = (length: number, of: (episode: WeightEpisode) => ArrayLike<number>): Float32Array => {
    const values = new Float32Array(pool.length * length);
    pool.forEach((episode, at) => values.set(of(episode), at * length));
    return values;
  };
  const each = (of: (episode: WeightEpisode) => ArrayLike<number>): Upload[string] => ({ shape: [d], values: filled(d, of) });
  const meanOf = ({ shots, sum }: WeightEpisode): Float64Array => sum.map((value) => (shots === 0 ? 0 : value / shots));
  const weightsOf = ({ labels }: WeightEpisode): Float64Array => {
    const faults = labels.reduce((sum, label) => sum + label, 0);
    return Float64Array.from(labels, (label) => 1 / (label === 1 ? faults : labels.length - faults));
  };
  return {
    shots: { shape: [1], values: filled(1, ({ shots }) => [shots]) },
    ownMean: each(meanOf),
    scatter: each(({ shots, sum, squares }) =>
      squares.map((value, j) => (shots === 0 ? 0 : Math.max(0, value - (sum[j] * sum[j]) / shots))),
    ),
    m0: each(({ m0 }) => m0),
    within: each(({ within }) => within),
    queries: { shape: [rows, d], values: filled(rows * d, ({ queries }) => queries) },
    labels: { shape: [rows], values: filled(rows, ({ labels }) => labels) },
    weights: { shape: [rows], values: filled(rows, weightsOf) },
  };
}
