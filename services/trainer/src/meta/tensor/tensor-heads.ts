// Outer steps of heads as tensors, all tasks at once. The inner gradient of a head with one hidden layer is written out instead of
// taped, so tfjs is only asked for first derivatives: its second derivatives of tanh and sigmoid are silently wrong (tfjs issue 3252).
// Why inner steps need no copies of w1: simd/inner-loop.ts.
import * as tf from '@tensorflow/tfjs-core';
import type { HeadEpisode } from '@tocsin/models';
import { withQueryInSupport, type EpisodePool, type HeadTask } from '../engine.ts';
import { constantTimes, ratedProduct } from './constant-product.ts';
import { headUpload } from './head-upload.ts';
import { createTensorPool, type Episodes, part, type Place, type StepOf, taped } from './tensor-pool.ts';

type Shape = HeadTask & { width: number; shots: number };
/** `w` is w1 with b1 as its last row, `[width + 1, hidden]`; `w2` `[1, 1, hidden]`; `bias` is b2 + c, which always appear together. */
type Shared = { w: tf.Tensor; w2: tf.Tensor; bias: tf.Tensor; a: tf.Tensor };
/** Multiples of the inner rate: of the rows of w1 and of b1 (`[width + 1]`), of w2 and of the bias. Null: all 1. */
type Rates = { rows: tf.Tensor; w2: tf.Tensor; bias: tf.Tensor } | null;
/** Minus what the moves of pre-activations are caused by, summed (`[tasks, shots, hidden]`); w2 `[tasks, 1, hidden]`, bias `[tasks, 1]`. */
type Adapted = { moved: tf.Tensor; kernel: tf.Tensor; w2: tf.Tensor; bias: tf.Tensor };

export function createTensorHeads(task: HeadTask, pool: readonly HeadEpisode[], place: Place): EpisodePool {
  const { upload, width, shots } = headUpload(task.scheme === 'reptile' ? pool.map(withQueryInSupport) : pool);
  const shape = { ...task, width, shots };
  const prepare = (episodes: Episodes): Episodes => ({
    ...episodes,
    kernel: tf.matMul(episodes['inputs'], supportOf(episodes, shape), false, true),
  });
  const finish = (slopes: Float64Array, parameters: Float64Array): Float64Array => byLogarithm(slopes, parameters, shape);
  return createTensorPool(pool.length, upload, stepOf(shape), place, task.scheme === 'meta-sgd' ? { finish } : { prepare });
}

function stepOf(shape: Shape): StepOf {
  const { scheme } = shape;
  if (scheme === 'reptile') return (parameters, episodes) => awayFromAdapted(parameters, episodes, shape);
  if (scheme !== 'fomaml') {
    return taped((parameters, episodes) => {
      const shared = sharedOf(parameters, shape);
      return queryLoss(shared, adapt(shared, episodes, shape, ratesOf(parameters, shape)), episodes, shape);
    });
  }
  return (parameters, episodes) => {
    // Adapted by a copy, which the tape does not follow.
    const still = sharedOf(tf.clone(parameters), shape);
    const adapted = adapt(still, episodes, shape, null);
    const [w2, bias] = [tf.sub(adapted.w2, still.w2), tf.sub(adapted.bias, still.bias)];
    return taped((vector) => {
      const shared = sharedOf(vector, shape);
      return queryLoss(shared, { ...adapted, w2: tf.add(shared.w2, w2), bias: tf.add(shared.bias, bias) }, episodes, shape);
    })(parameters, episodes);
  };
}

function sharedOf(parameters: tf.Tensor1D, { width, hidden }: Shape): Shared {
  const w2At = (width + 1) * hidden;
  const scalar = (at: number): tf.Tensor => part(parameters, w2At + hidden + at, []);
  return {
    w: part(parameters, 0, [width + 1, hidden]),
    w2: part(parameters, w2At, [1, 1, hidden]),
    bias: tf.add(scalar(0), scalar(2)),
    a: scalar(1),
  };
}

function ratesOf(parameters: tf.Tensor1D, { scheme, width, hidden }: Shape): Rates {
  if (scheme !== 'meta-sgd') return null;
  const at = (width + 2) * hidden + 3;
  return {
    rows: part(parameters, at, [width + 1]),
    w2: part(parameters, at + width + 1, []),
    bias: part(parameters, at + width + 2, []),
  };
}

function byLogarithm(slopes: Float64Array, parameters: Float64Array, { width, hidden }: Shape): Float64Array {
  const at = (width + 2) * hidden + 3;
  return slopes.map((slope, i) => (i < at ? slope : slope * parameters[i]));
}

/** The rows of the support (`from` 0) or of the query of a tensor `[tasks, rows, ...]`. */
function side(values: tf.Tensor, of: 'support' | 'query', { shots }: Shape): tf.Tensor {
  const [tasks, rows, ...rest] = values.shape;
  const [from, count] = of === 'support' ? [0, shots] : [shots, rows - shots];
  return tf.slice(values, [0, from, ...rest.map(() => 0)], [tasks, count, ...rest]);
}

function supportOf({ inputs }: Episodes, shape: Shape): tf.Tensor {
  return side(inputs, 'support', shape);
}

function adapt({ w, w2: w2Shared, bias: biasShared, a }: Shared, episodes: Episodes, shape: Shape, by: Rates): Adapted {
  const { hidden, innerRate, innerSteps, scheme, shots } = shape;
  const { inputs, base, labels, weights } = episodes;
  const tasks = inputs.shape[0];
  const support = supportOf(episodes, shape);
  const kernel = by === null ? episodes['kernel'] : ratedProduct(by.rows, inputs, support);
  const between = side(kernel, 'support', shape);
  const rates = tf.mul(side(weights, 'support', shape), innerRate);
  const linked = tf.mul(side(base, 'support', shape), a);
  const wanted = side(labels, 'support', shape);
  let w2 = tf.tile(w2Shared, [tasks, 1, 1]);
  let bias = tf.tile(tf.reshape(biasShared, [1, 1]), [tasks, 1]);
  let layer = constantTimes(support, w);
  let moved: tf.Tensor = tf.zeros([tasks, shots, hidden]);
  for (let step = 0; step < (scheme === 'pooled' ? 0 : innerSteps); step++) {
    const active = tf.tanh(layer);
    const logits = tf.add(tf.add(linked, bias), tf.sum(tf.mul(active, w2), -1));
    const slopes = tf.mul(rates, tf.sub(tf.sigmoid(logits), wanted));
    const wide = tf.expandDims(slopes, -1);
    const move = tf.mul(tf.mul(wide, w2), tf.sub(1, tf.square(active)));
    moved = tf.add(moved, move);
    if (step + 1 < innerSteps) layer = tf.sub(layer, tf.matMul(between, move));
    w2 = tf.sub(w2, tf.mul(by?.w2 ?? 1, tf.sum(tf.mul(wide, active), 1, true)));
    bias = tf.sub(bias, tf.mul(by?.bias ?? 1, tf.sum(slopes, 1, true)));
  }
  return { moved, kernel, w2, bias };
}

/** Sum over the tasks of the loss of their queries. */
function queryLoss({ w, a }: Shared, { moved, kernel, w2, bias }: Adapted, episodes: Episodes, shape: Shape): tf.Scalar {
  const of = (values: tf.Tensor): tf.Tensor => side(values, 'query', shape);
  const layer = tf.sub(constantTimes(of(episodes['inputs']), w), tf.matMul(of(kernel), moved));
  const logits = tf.add(tf.add(tf.mul(of(episodes['base']), a), bias), tf.sum(tf.mul(tf.tanh(layer), w2), -1));
  // Cross-entropy from logits: softplus(o) for a normal, softplus(o) - o = softplus(-o) for an anomaly.
  const losses = tf.sub(tf.softplus(logits), tf.mul(of(episodes['labels']), logits));
  return tf.sum(tf.mul(of(episodes['weights']), losses));
}

/** Reptile: from the adapted heads to the shared one. Inner steps move w1 and b1 by -S' times what they moved. */
function awayFromAdapted(parameters: tf.Tensor1D, episodes: Episodes, shape: Shape): ReturnType<StepOf> {
  const { innerRate, innerSteps, width, hidden } = shape;
  const shared = sharedOf(parameters, shape);
  const adapted = adapt(shared, episodes, shape, null);
  const byW = tf.sum(tf.matMul(supportOf(episodes, shape), adapted.moved, true), 0);
  const byW2 = tf.sum(tf.sub(shared.w2, adapted.w2), [0, 1]);
  const byBias = tf.sum(tf.sub(shared.bias, adapted.bias));
  const all = [tf.reshape(byW, [(width + 1) * hidden]), byW2, tf.reshape(byBias, [1]), tf.zeros([2])];
  return { value: queryLoss(shared, adapted, episodes, shape), slopes: tf.div(tf.concat(all), innerRate * innerSteps) };
}
