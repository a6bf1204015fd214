// The residual head (METHOD D): `3d -> hidden tanh -> 1` on top of an affine link of the closed-form score. Float64.
import type { HeadParameters } from '@tocsin/schemas';
import { addProduct, transposed } from './add-product.ts';

/**
 * Logit o = a s + c + w2 . tanh(f w1 + b1) + b2 of row `row` of `inputs` (`[n][3d]`) with closed-form score `base`.
 * Leaves the hidden activations in `activations` (`[hidden]`).
 */
export function headForward(
  head: HeadParameters,
  inputs: Float64Array,
  base: number,
  row = 0,
  activations: Float64Array = new Float64Array(head.hidden),
): number {
  const { hidden, w1, w2 } = head;
  const width = w1.length / hidden;
  const start = row * width;
  activations.set(head.b1);
  for (let i = 0; i < width; i++) {
    const f = inputs[start + i];
    const at = i * hidden;
    for (let h = 0; h < hidden; h++) activations[h] += f * w1[at + h];
  }
  let logit = head.a * base + head.c + head.b2;
  for (let h = 0; h < hidden; h++) {
    activations[h] = Math.tanh(activations[h]);
    logit += w2[h] * activations[h];
  }
  return logit;
}

/** `headForward` of all rows of `inputs` (`[n][3d]`): logits `[n]` and hidden activations `[n][hidden]`. */
export function forwardRows(
  head: HeadParameters,
  inputs: Float64Array,
  base: Float64Array,
): { logits: Float64Array; activations: Float64Array } {
  const { hidden, w1, b1, w2 } = head;
  const width = w1.length / hidden;
  const activations = new Float64Array(base.length * hidden);
  for (let start = 0; start < activations.length; start += hidden) activations.set(b1, start);
  addProduct(activations, inputs, transposed(w1, width, hidden), base.length, hidden, width);
  const logits = base.map((score, row) => {
    let logit = head.a * score + head.c + head.b2;
    for (let h = 0, at = row * hidden; h < hidden; h++, at++) {
      activations[at] = Math.tanh(activations[at]);
      logit += w2[h] * activations[at];
    }
    return logit;
  });
  return { logits, activations };
}

/** Adds what rows with these slopes by their pre-activations (`[n][hidden]`) say of w1 and b1 to `gradient`. */
export function addFirstLayer(gradient: Pick<HeadParameters, 'w1' | 'b1'>, inputs: Float64Array, slopes: Float64Array): void {
  const { w1, b1 } = gradient;
  const hidden = b1.length;
  const width = w1.length / hidden;
  const n = slopes.length / hidden;
  for (let at = 0; at < slopes.length; at++) b1[at % hidden] += slopes[at];
  addProduct(w1, transposed(inputs, n, width), transposed(slopes, n, hidden), width, hidden, n);
}

/** ln(1 + e^x) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + e^-x) without overflow; the derivative of softplus. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

/** All parameters in one vector, in the order w1, b1, w2, b2, a, c. */
export function flattenHead(head: HeadParameters): Float64Array {
  const { w1, hidden } = head;
  const vector = new Float64Array(w1.length + 2 * hidden + 3);
  vector.set(w1);
  vector.set(head.b1, w1.length);
  vector.set(head.w2, w1.length + hidden);
  vector.set([head.b2, head.a, head.c], w1.length + 2 * hidden);
  return vector;
}

/** Inverse of `flattenHead` for a head with so many hidden units. */
export function unflattenHead(vector: Float64Array, hidden: number): HeadParameters {
  const w1Length = vector.length - 2 * hidden - 3;
  const w2Start = w1Length + hidden;
  const [b2, a, c] = vector.subarray(w2Start + hidden);
  return {
    hidden,
    w1: vector.slice(0, w1Length),
    b1: vector.slice(w1Length, w2Start),
    w2: vector.slice(w2Start, w2Start + hidden),
    b2,
    a,
    c,
  };
}
