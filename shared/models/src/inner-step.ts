// Inner steps (METHOD D): a head learns one device from its support set. Plain full-batch gradient descent, backpropagated
// by hand. Only the network moves; a and c, the link of the closed-form score, stay the fleet's.
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { addFirstLayer, forwardRows, sigmoid } from './head.ts';

/** Support set of one device as the head sees it: rows of `[3d]` inputs and their closed-form scores. */
export type HeadSupport = {
  /** Windows taken to be normal, `[K][3d]` and `[K]`. */
  supportInputs: Float64Array;
  supportBase: Float64Array;
  /** Windows that an operator called anomalous, `[L][3d]` and `[L]`; leave both out for none. */
  anomalyInputs?: Float64Array;
  anomalyBase?: Float64Array;
};

/** Slopes by the parameters of a head. */
export type HeadGradient = Omit<HeadParameters, 'hidden'>;

/** `plan.innerSteps` inner steps; a new head. */
export function headInnerSteps(head: HeadParameters, support: HeadSupport, plan: HeadPlan): HeadParameters {
  let adapted = head;
  for (let step = 0; step < plan.innerSteps; step++) adapted = headInnerStep(adapted, support, plan.innerRate, plan.rates);
  return adapted;
}

/**
 * One gradient step of this rate on L = 1/2 mean softplus(o(normals)) + 1/2 mean softplus(-o(anomalies)); a side without
 * windows contributes nothing. Moves w1, b1, w2 and b2, each at `rates` times the rate (HeadPlan). Returns a new head.
 */
export function headInnerStep(head: HeadParameters, support: HeadSupport, rate: number, rates?: Float64Array): HeadParameters {
  const gradient = emptyHeadGradient(head);
  addHeadGradient(gradient, head, support.supportInputs, support.supportBase, 1);
  if (support.anomalyInputs !== undefined && support.anomalyBase !== undefined) {
    addHeadGradient(gradient, head, support.anomalyInputs, support.anomalyBase, -1);
  }
  const rows = head.w1.length / head.hidden;
  const [b1Rate, w2Rate, b2Rate] = rates === undefined ? [rate, rate, rate] : rates.subarray(rows).map((factor) => factor * rate);
  return {
    ...head,
    w1: head.w1.map((value, i) => value - rate * (rates?.[Math.floor(i / head.hidden)] ?? 1) * gradient.w1[i]),
    b1: head.b1.map((value, h) => value - b1Rate * gradient.b1[h]),
    w2: head.w2.map((value, h) => value - w2Rate * gradient.w2[h]),
    b2: head.b2 - b2Rate * gradient.b2,
  };
}

export function emptyHeadGradient({ w1, hidden }: HeadParameters): HeadGradient {
  return { w1: new Float64Array(w1.length), b1: new Float64Array(hidden), w2: new Float64Array(hidden), b2: 0, a: 0, c: 0 };
}

/** Adds the gradient of 1/2 mean softplus(sign o) over the rows of `inputs` (`[n][3d]`), times `share`. */
export function addHeadGradient(
  gradient: HeadGradient,
  head: HeadParameters,
  inputs: Float64Array,
  base: Float64Array,
  sign: 1 | -1,
  share = 1,
): void {
  const { hidden, w2 } = head;
  const { logits, activations } = forwardRows(head, inputs, base);
  const slopes = new Float64Array(activations.length);
  for (let row = 0, at = 0; row < base.length; row++) {
    const slope = (share * sign * sigmoid(sign * logits[row])) / (2 * base.length);
    gradient.b2 += slope;
    gradient.a += slope * base[row];
    gradient.c += slope;
    for (let h = 0; h < hidden; h++, at++) {
      gradient.w2[h] += slope * activations[at];
      slopes[at] = slope * w2[h] * (1 - activations[at] * activations[at]);
    }
  }
  addFirstLayer(gradient, inputs, slopes);
}
