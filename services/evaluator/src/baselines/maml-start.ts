// Meta-learning of an autoencoder's start: exact MAML through its inner steps, with a learned rate per layer. Knows nothing of devices.
import { curvatureOf } from './reconstruction-curvature.ts';
import type { ReconstructionNet } from './reconstruction-net.ts';

/** Windows `[n][d]`, scaled and clipped. */
export type Windows = { inputs: Float64Array; n: number };

/** Weights to adapt from and the ln of the inner rate of each layer. */
export type Start = { weights: Float64Array; logRates: Float64Array };

/** Inner steps, in training as on a device: more than were trained with make it worse. */
const innerSteps = 5;

/** theta <- theta - rate(layer) dL/dtheta, five full-batch steps of L = mean squared error on the support; the start itself without any. */
export function adaptFrom(net: ReconstructionNet, { weights, logRates }: Start, support: Windows): Float64Array {
  const adapted = weights.slice();
  if (support.n === 0) return adapted;
  const rates = ratesOf(net, logRates);
  const gradient = new Float64Array(net.size);
  for (let step = 0; step < innerSteps; step++) descend(net, adapted, support, rates, gradient);
  return adapted;
}

export type MetaGradient = (start: Start, support: Windows, query: Windows, weight: number, into: Start) => number;

/**
 * Adds `weight` times the gradient of the query's mean squared error after adaptation, with respect to the start and its rates, to `into`
 * and returns that error. Exact, second derivatives included: adj <- adj - H(theta_t) (rate adj), backwards through the steps (Finn, Abbeel
 * & Levine, ICML 2017; a rate per layer as in Antoniou, Edwards & Storkey, ICLR 2019).
 */
export function metaGradientOf(net: ReconstructionNet): MetaGradient {
  const { size, ends } = net;
  const addCurvature = curvatureOf(net);
  const path = Array.from({ length: innerSteps }, () => new Float64Array(size));
  const gradients = Array.from({ length: innerSteps }, () => new Float64Array(size));
  const adapted = new Float64Array(size);
  const adjoint = new Float64Array(size);
  const direction = new Float64Array(size);
  const turn = new Float64Array(size);
  return (start, support, query, weight, into) => {
    const rates = ratesOf(net, start.logRates);
    adapted.set(start.weights);
    for (let step = 0; step < innerSteps; step++) {
      path[step].set(adapted);
      descend(net, adapted, support, rates, gradients[step]);
    }
    adjoint.fill(0);
    let error = 0;
    for (let k = 0; k < query.n; k++) error += net.addGradient(adapted, query.inputs, k, weight / query.n, adjoint) / query.n;
    for (let step = innerSteps - 1; step >= 0; step--) {
      for (let i = 0, layer = 0; i < size; i++) {
        if (i === ends[layer]) layer++;
        direction[i] = rates[i] * adjoint[i];
        into.logRates[layer] -= direction[i] * gradients[step][i];
      }
      turn.fill(0);
      for (let k = 0; k < support.n; k++) addCurvature(path[step], support.inputs, k, 1 / support.n, direction, turn);
      for (let i = 0; i < size; i++) adjoint[i] -= turn[i];
    }
    for (let i = 0; i < size; i++) into.weights[i] += adjoint[i];
    return error;
  };
}

/** One inner step in place; leaves its gradient behind. */
function descend(
  net: ReconstructionNet,
  weights: Float64Array,
  { inputs, n }: Windows,
  rates: Float64Array,
  gradient: Float64Array,
): void {
  gradient.fill(0);
  for (let k = 0; k < n; k++) net.addGradient(weights, inputs, k, 1 / n, gradient);
  for (let i = 0; i < weights.length; i++) weights[i] -= rates[i] * gradient[i];
}

function ratesOf({ size, ends }: ReconstructionNet, logRates: Float64Array): Float64Array {
  const rates = new Float64Array(size);
  ends.forEach((end, layer) => rates.fill(Math.exp(logRates[layer]), layer === 0 ? 0 : ends[layer - 1], end));
  return rates;
}
