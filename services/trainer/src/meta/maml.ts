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
import type { Block, EpisodeBatch } from './episode-batch.ts';

type Parameters = { w1: tf.Tensor; b1: tf.Tensor; w2: tf.Tensor; b2: tf.Tensor; a: tf.Tensor; c: tf.Tensor };

/** A block on the backend: `inputs` `[tasks rows, width]`, `kernel` `[tasks, rows, support rows]`, the rest `[tasks, rows]`. */
type Side = { rows: number; inputs: tf.Tensor; kernel: tf.Tensor; base: tf.Tensor; labels: tf.Tensor; weights: tf.Tensor };

/**
 * Mean over the tasks of `metaLoss` (shared/models) plus `weightDecay` times the sum of squares of w1 and w2, and its
 * gradient by every parameter. Float32 inside. Leaves no tensor behind. Throws where the loss is not finite.
 */
export async function metaGradient(
  head: HeadParameters & HeadPlan,
  batch: EpisodeBatch,
  weightDecay: number,
): Promise<{ loss: number; gradient: HeadParameters }> {
  const { value, grads } = tf.tidy(() => {
    const { support, query } = sidesOf(batch);
    const outerLoss = (...[w1, b1, w2, b2, a, c]: tf.Tensor[]): tf.Scalar => {
      const decay = tf.mul(weightDecay, tf.add(tf.sum(tf.square(w1)), tf.sum(tf.square(w2))));
      return tf.add(adaptedLoss({ w1, b1, w2, b2, a, c }, support, query, head), decay);
    };
    return tf.valueAndGrads(outerLoss)([
      tf.tensor2d(Float32Array.from(head.w1), [batch.width, head.hidden]),
      tf.tensor1d(Float32Array.from(head.b1)),
      tf.tensor1d(Float32Array.from(head.w2)),
      tf.scalar(head.b2),
      tf.scalar(head.a),
      tf.scalar(head.c),
    ]);
  });
  const read = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
  tf.dispose([value, ...grads]);
  const [[loss], w1, b1, w2, [b2], [a], [c]] = read.map((values) => Float64Array.from(values));
  if (!Number.isFinite(loss))
    throw new Error(`loss: ${loss}, expected a finite number; innerRate ${head.innerRate} may be too high`);
  return { loss, gradient: { hidden: head.hidden, w1, b1, w2, b2, a, c } };
}

/** Mean loss of the queries after the inner steps on the supports. `w` and `bias` below are `[tasks, 1, hidden]` and `[tasks, 1]`. */
function adaptedLoss(shared: Parameters, support: Side, query: Side, plan: HeadPlan): tf.Scalar {
  const tasks = support.base.shape[0];
  const preactivations = (side: Side): tf.Tensor =>
    tf.reshape(tf.add(tf.matMul(side.inputs, shared.w1), shared.b1), [tasks, side.rows, shared.b1.size]);
  const logits = (side: Side, activations: tf.Tensor, w: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    tf.add(tf.add(tf.mul(side.base, shared.a), bias), tf.sum(tf.mul(activations, w), -1));

  const rates = tf.mul(support.weights, plan.innerRate);
  let w = tf.tile(tf.reshape(shared.w2, [1, 1, shared.w2.size]), [tasks, 1, 1]);
  let bias = tf.tile(tf.reshape(tf.add(shared.b2, shared.c), [1, 1]), [tasks, 1]);
  let onSupport = preactivations(support);
  /** Rate times D, summed over the steps so far. */
  let moved = tf.zerosLike(onSupport);
  for (let step = 0; step < plan.innerSteps; step++) {
    const activations = tf.tanh(onSupport);
    const slopes = tf.mul(rates, tf.sub(tf.sigmoid(logits(support, activations, w, bias)), support.labels));
    const wide = tf.expandDims(slopes, -1);
    const move = tf.mul(tf.mul(wide, w), tf.sub(1, tf.square(activations)));
    moved = tf.add(moved, move);
    onSupport = tf.sub(onSupport, tf.matMul(support.kernel, move));
    w = tf.sub(w, tf.sum(tf.mul(wide, activations), 1, true));
    bias = tf.sub(bias, tf.sum(slopes, 1, true));
  }
  const onQuery = tf.sub(preactivations(query), tf.matMul(query.kernel, moved));
  const o = logits(query, tf.tanh(onQuery), w, bias);
  // Cross-entropy from logits: softplus(o) for a normal, softplus(o) - o = softplus(-o) for an anomaly.
  const loss = tf.sum(tf.mul(query.weights, tf.sub(tf.softplus(o), tf.mul(query.labels, o))));
  return tf.div(loss, tasks);
}

function sidesOf(batch: EpisodeBatch): { support: Side; query: Side } {
  const onBackend = (block: Block, from: Block): Side => {
    const flat: [number, number] = [batch.tasks, block.rows];
    const rows = tf.tensor3d(block.inputs, [batch.tasks, block.rows, batch.width]);
    const supportRows = tf.tensor3d(from.inputs, [batch.tasks, from.rows, batch.width]);
    return {
      rows: block.rows,
      inputs: tf.tensor2d(block.inputs, [batch.tasks * block.rows, batch.width]),
      kernel: tf.add(tf.matMul(rows, supportRows, false, true), 1),
      base: tf.tensor2d(block.base, flat),
      labels: tf.tensor2d(block.labels, flat),
      weights: tf.tensor2d(block.weights, flat),
    };
  };
  return { support: onBackend(batch.support, batch.support), query: onBackend(batch.query, batch.support) };
}
