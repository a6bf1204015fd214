// Second-order MAML of the residual head (METHOD D): the loss of a batch of episodes after their inner steps and its exact
// gradient by the shared initialisation. Knows nothing of backends, optimisers or where episodes come from.
//
// The first layer is linear in its inputs, so inner steps on it never leave the span of the support inputs. With
// pre-activations P = X w1 + b1 and D = dL/dP on the support, a step (w1, b1) -= r (Xs' D, 1' D) moves the pre-activations
// of any inputs X by -r (X Xs' + 1) D. The kernel X Xs' + 1 is a constant of the episode: inner steps cost the same for any
// number of inputs and no task needs its own copy of w1, yet the result is second-order MAML and no approximation. D is
// written out below instead of taped, so tfjs is only asked for first derivatives; its second derivatives of tanh and
// sigmoid are silently wrong (tfjs issue 3252).
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all operations, which tfjs-core alone does not do in Node.
import '@tensorflow/tfjs-layers';
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { constantTimes, partsOf, ratedProduct } from './constant-product.ts';
import type { Block, EpisodeBatch } from './episode-batch.ts';

/** `w` is w1 with b1 as its last row, `[width + 1, hidden]`; `bias` is b2 + c, which always appear together. */
type Shared = { w: tf.Tensor; w2: tf.Tensor; bias: tf.Tensor; a: tf.Tensor };

/** Multiples of the inner rate: of the rows of w1 and of b1 (`[width + 1]`), of w2 and of the bias. Null: all 1. */
type Rates = { rows: tf.Tensor; w2: tf.Tensor; bias: tf.Tensor } | null;

/**
 * `inputs` `[tasks rows, width + 1]`, the last one 1; `parts` the same by task, only where there are rates; `kernel`
 * `[tasks, rows, support rows]`; the rest `[tasks, rows]`.
 */
type Side = {
  rows: number;
  inputs: tf.Tensor;
  parts: tf.Tensor[];
  kernel: tf.Tensor;
  base: tf.Tensor;
  labels: tf.Tensor;
  weights: tf.Tensor;
};

/**
 * Mean over the tasks of `metaLoss` (shared/models) plus `weightDecay` times the sum of squares of w1 and w2, and its
 * gradient by every parameter, and by the logarithms of the head's `rates` where it has any. Float32 inside. Leaves no tensor behind. Throws where the loss is not finite.
 */
export async function metaGradient(
  head: HeadParameters & HeadPlan,
  batch: EpisodeBatch,
  weightDecay: number,
): Promise<{ loss: number; gradient: HeadParameters; rates: Float64Array | null }> {
  const { hidden, rates } = head;
  const { value, grads } = tf.tidy(() => {
    const support = onBackend(batch.support, batch, rates !== undefined);
    const query = onBackend(batch.query, batch, rates !== undefined);
    const taskLoss = (...[w, w2, bias, a, rows, w2Rate, biasRate]: tf.Tensor[]): tf.Scalar => {
      const ratesOf = rates === undefined ? null : { rows, w2: w2Rate, bias: biasRate };
      return adaptedLoss({ w, w2, bias, a }, support, query, head, ratesOf);
    };
    return tf.valueAndGrads(taskLoss)([
      tf.tensor2d(Float32Array.of(...head.w1, ...head.b1), [batch.width + 1, hidden]),
      tf.tensor1d(Float32Array.from(head.w2)),
      tf.scalar(head.b2 + head.c),
      tf.scalar(head.a),
      ...(rates === undefined ? [] : rateTensors(rates, batch.width)),
    ]);
  });
  const read = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
  tf.dispose([value, ...grads]);
  const [[taskLoss], w, w2, [bias], [a], ...byRate] = read.map((values) => Float64Array.from(values));
  if (!Number.isFinite(taskLoss)) {
    throw new Error(
      `loss: ${taskLoss}, expected a finite number; innerRate ${head.innerRate} may be too high for these episodes`,
    );
  }
  const decayed = (gradient: Float64Array, weights: Float64Array): Float64Array =>
    gradient.map((slope, i) => slope + 2 * weightDecay * weights[i]);
  const gradient = {
    hidden,
    w1: decayed(w.subarray(0, head.w1.length), head.w1),
    b1: w.slice(head.w1.length),
    w2: decayed(w2, head.w2),
    b2: bias,
    a,
    c: bias,
  };
  const loss = taskLoss + weightDecay * (sumOfSquares(head.w1) + sumOfSquares(head.w2));
  const byRates =
    rates === undefined
      ? null
      : Float64Array.from(
          byRate.flatMap((slopes) => [...slopes]),
          (slope, i) => slope * rates[i],
        );
  return { loss, gradient, rates: byRates };
}

/** In the order of `HeadPlan.rates`: rows of w1 and b1, w2, b2. */
function rateTensors(rates: Float64Array, width: number): tf.Tensor[] {
  return [tf.tensor1d(Float32Array.from(rates.subarray(0, width + 1))), tf.scalar(rates[width + 1]), tf.scalar(rates[width + 2])];
}

/** Mean loss of the queries after the inner steps. In here w2 is `[tasks, 1, hidden]` and bias `[tasks, 1]`: both move. */
function adaptedLoss(shared: Shared, support: Side, query: Side, plan: HeadParameters & HeadPlan, by: Rates): tf.Scalar {
  const tasks = support.base.shape[0];
  const supportKernel = by === null ? support.kernel : ratedProduct(by.rows, support.parts, support.parts);
  const queryKernel = by === null ? query.kernel : ratedProduct(by.rows, query.parts, support.parts);
  const preactivations = (side: Side): tf.Tensor =>
    tf.reshape(constantTimes(side.inputs, shared.w), [tasks, side.rows, plan.hidden]);
  const logits = (side: Side, activations: tf.Tensor, w2: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    tf.add(tf.add(tf.mul(side.base, shared.a), bias), tf.sum(tf.mul(activations, w2), -1));

  const rates = tf.mul(support.weights, plan.innerRate);
  let w2 = tf.tile(tf.reshape(shared.w2, [1, 1, plan.hidden]), [tasks, 1, 1]);
  let bias = tf.tile(tf.reshape(shared.bias, [1, 1]), [tasks, 1]);
  let onSupport = preactivations(support);
  /** Rate times D, summed over the steps so far. */
  let moved = tf.zerosLike(onSupport);
  for (let step = 0; step < plan.innerSteps; step++) {
    const activations = tf.tanh(onSupport);
    const slopes = tf.mul(rates, tf.sub(tf.sigmoid(logits(support, activations, w2, bias)), support.labels));
    const wide = tf.expandDims(slopes, -1);
    const move = tf.mul(tf.mul(wide, w2), tf.sub(1, tf.square(activations)));
    moved = tf.add(moved, move);
    onSupport = tf.sub(onSupport, tf.matMul(supportKernel, move));
    w2 = tf.sub(w2, tf.mul(by?.w2 ?? 1, tf.sum(tf.mul(wide, activations), 1, true)));
    bias = tf.sub(bias, tf.mul(by?.bias ?? 1, tf.sum(slopes, 1, true)));
  }
  const onQuery = tf.sub(preactivations(query), tf.matMul(queryKernel, moved));
  const o = logits(query, tf.tanh(onQuery), w2, bias);
  // Cross-entropy from logits: softplus(o) for a normal, softplus(o) - o = softplus(-o) for an anomaly.
  const loss = tf.sum(tf.mul(query.weights, tf.sub(tf.softplus(o), tf.mul(query.labels, o))));
  return tf.div(loss, tasks);
}

function onBackend(block: Block, batch: EpisodeBatch, isRated: boolean): Side {
  const flat: [number, number] = [batch.tasks, block.rows];
  return {
    rows: block.rows,
    inputs: tf.tensor2d(block.inputs, [batch.tasks * block.rows, batch.width + 1]),
    parts: isRated ? partsOf(block.inputs, batch.tasks, block.rows, batch.width + 1) : [],
    kernel: tf.tensor3d(block.kernel, [batch.tasks, block.rows, batch.support.rows]),
    base: tf.tensor2d(block.base, flat),
    labels: tf.tensor2d(block.labels, flat),
    weights: tf.tensor2d(block.weights, flat),
  };
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
