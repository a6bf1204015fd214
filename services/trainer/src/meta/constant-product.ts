// The two products with constants that most of a second-order outer step goes into, with gradients of their own. tfjs's wasm backend
// has a fast routine for one plain product at a time; where an argument is to be transposed, or matrices come in batches, it takes
// ten times as long, and so would the gradients that tfjs derives.
import * as tf from '@tensorflow/tfjs-core';

/** A B of a constant A, `[n, k]`, and B, `[k, m]`. A must outlive the gradient. */
export function constantTimes(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [other] = args as tf.Tensor[];
    return { value: tf.matMul(a, other), gradFunc: (by: tf.Tensor) => tf.matMul(tf.transpose(a), by) };
  })(b);
}

/** Constant matrices of all tasks, `[tasks, rows, width]`, as parts that the backend multiplies fast: one of all, or one per task. */
export function partsOf(values: Float32Array, tasks: number, rows: number, width: number): tf.Tensor[] {
  const each = tf.getBackend() === 'wasm' ? 1 : tasks;
  const size = each * rows * width;
  return Array.from({ length: tasks / each }, (_, part) =>
    tf.tensor3d(values.subarray(part * size, (part + 1) * size), [each, rows, width]),
  );
}

/** X diag(rates) S' of every task, `[tasks, rows, support rows]`; X and S are constants (`partsOf`) and must outlive the gradient. */
export function ratedProduct(rates: tf.Tensor, rows: readonly tf.Tensor[], support: readonly tf.Tensor[]): tf.Tensor {
  return tf.customGrad((...args) => {
    const [factors] = args as tf.Tensor[];
    const value = tf.concat(rows.map((x, part) => tf.matMul(tf.mul(x, factors), tf.transpose(support[part], [0, 2, 1]))));
    const gradFunc = (by: tf.Tensor): tf.Tensor => {
      const byPart = tf.split(by, rows.length);
      return tf.addN(rows.map((x, part) => tf.sum(tf.mul(tf.matMul(byPart[part], support[part]), x), [0, 1])));
    };
    return { value, gradFunc };
  })(rates);
}
