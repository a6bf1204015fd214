// The two products with constants that most of a second-order outer step goes into, with gradients of their own: tfjs would also take
// those by the constants, and in one long sum where a GPU wants many short ones.
import * as tf from '@tensorflow/tfjs-core';

/** Sums of a gradient that run side by side, at most. */
const groupsMax = 64;

/** X w of every task, `[tasks, rows, hidden]`, with constant X `[tasks, rows, width]` and w `[width, hidden]`. */
export function constantTimes(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const [tasks, rows, width] = x.shape;
  const hidden = w.shape[1] ?? 1;
  const groups = groupsOf(tasks);
  const inGroups = (values: tf.Tensor, columns: number): tf.Tensor =>
    tf.reshape(values, [groups, (tasks / groups) * rows, columns]);
  return tf.customGrad((...args) => {
    const [factors, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    const value = tf.reshape(tf.matMul(tf.reshape(x, [tasks * rows, width]), factors), [tasks, rows, hidden]);
    const gradFunc = (by: tf.Tensor, [saved]: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.matMul(inGroups(saved, width), inGroups(by, hidden), true), 0);
    return { value, gradFunc };
  })(w);
}

/** X diag(rates) S' of every task, `[tasks, rows, shots]`; X and S are constants. */
export function ratedProduct(rates: tf.Tensor, x: tf.Tensor, support: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [factors, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([x, support]);
    const value = tf.matMul(tf.mul(x, factors), support, false, true);
    const gradFunc = (by: tf.Tensor, [rows, columns]: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.mul(tf.matMul(by, columns), rows), [0, 1]);
    return { value, gradFunc };
  })(rates);
}

/** The largest power of two that divides the tasks, within bounds. */
function groupsOf(tasks: number): number {
  let groups = 1;
  while (groups < groupsMax && tasks % (2 * groups) === 0) groups *= 2;
  return groups;
}
