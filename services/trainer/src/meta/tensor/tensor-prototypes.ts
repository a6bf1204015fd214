// Outer steps of a prototypical head as tensors, all tasks at once.
import * as tf from '@tensorflow/tfjs-core';
import type { HeadEpisode } from '@tocsin/models';
import type { EpisodePool, PrototypeTask } from '../engine.ts';
import { constantTimes } from './constant-product.ts';
import { headUpload } from './head-upload.ts';
import { createTensorPool, part, type Place, taped } from './tensor-pool.ts';

export function createTensorPrototypes(
  { hidden, weight }: PrototypeTask,
  pool: readonly HeadEpisode[],
  place: Place,
): EpisodePool {
  const { upload, width, shots } = headUpload(pool);
  const aAt = (width + 2) * hidden + 1;
  const step = taped((parameters, { inputs, base, labels, weights }) => {
    const [tasks, rows] = base.shape;
    const scalar = (at: number): tf.Tensor => part(parameters, at, []);
    const prototype = (at: number): tf.Tensor => part(parameters, aAt + 2 + at * hidden, [1, hidden]);
    const gain = tf.exp(scalar(aAt + 2 + 2 * hidden));
    const embeddings = tf.tanh(constantTimes(inputs, part(parameters, 0, [width + 1, hidden])));
    const ofSupport = tf.slice(embeddings, [0, 0, 0], [tasks, shots, hidden]);
    const ofQuery = tf.slice(embeddings, [0, shots, 0], [tasks, rows - shots, hidden]);
    const isThere = tf.step(tf.slice(weights, [0, 0], [tasks, shots]));
    const isFault = tf.mul(isThere, tf.slice(labels, [0, 0], [tasks, shots]));
    const centroid = (mask: tf.Tensor, prior: tf.Tensor): tf.Tensor => {
      const sum = tf.add(tf.sum(tf.mul(ofSupport, tf.expandDims(mask, -1)), 1), tf.mul(prior, weight));
      return tf.div(sum, tf.add(tf.sum(mask, 1, true), weight));
    };
    const centre = centroid(tf.sub(isThere, isFault), prototype(0));
    const fault = centroid(isFault, prototype(1));
    const w2 = tf.expandDims(tf.mul(tf.sub(fault, centre), tf.mul(gain, 2)), 1);
    const b2 = tf.mul(gain, tf.sum(tf.sub(tf.square(centre), tf.square(fault)), 1, true));
    const query = (values: tf.Tensor): tf.Tensor => tf.slice(values, [0, shots], [tasks, rows - shots]);
    const linked = tf.add(tf.mul(query(base), scalar(aAt)), tf.add(b2, scalar(aAt + 1)));
    const logits = tf.add(linked, tf.sum(tf.mul(ofQuery, w2), -1));
    return tf.sum(tf.mul(query(weights), tf.sub(tf.softplus(logits), tf.mul(query(labels), logits))));
  });
  return createTensorPool(pool.length, upload, step, place);
}
