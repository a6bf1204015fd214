// The gradient of a prototypical head (METHOD D, end) by its embedding and the fleet's prototypes: backpropagation by hand, float64.
import {
  adaptedPrototypes,
  emptyHeadGradient,
  headForward,
  prototypeHead,
  sigmoid,
  softplus,
  type HeadEpisode,
  type HeadGradient,
} from '@tocsin/models';
import type { HeadParameters, Prototypes } from '@tocsin/schemas';

/** Slopes by w1, b1, a and c of the head, by both prototypes and by ln gain. w2 and b2 follow from the others and have none. */
export type PrototypeGradient = { head: HeadGradient; normal: Float64Array; anomaly: Float64Array; gain: number };

export function emptyPrototypeGradient(head: HeadParameters): PrototypeGradient {
  const { hidden } = head;
  return { head: emptyHeadGradient(head), normal: new Float64Array(hidden), anomaly: new Float64Array(hidden), gain: 0 };
}

/**
 * Adds the slopes of `queryLoss(prototypeHead(head, prototypes, episode), episode)` times `share` to `gradient`; returns that loss,
 * not multiplied.
 */
export function addPrototypeGradient(
  head: HeadParameters,
  prototypes: Prototypes,
  episode: HeadEpisode,
  share: number,
  gradient: PrototypeGradient,
): number {
  const { hidden } = head;
  const { queryInputs, queryBase, queryLabels } = episode;
  const { gain, weight } = prototypes;
  const adapted = prototypeHead(head, prototypes, episode);
  const anomalies = queryLabels.reduce((sum, label) => sum + label, 0);
  const byW2 = new Float64Array(hidden);
  let byB2 = 0;
  let loss = 0;
  const activations = new Float64Array(hidden);
  queryLabels.forEach((label, row) => {
    const logit = headForward(adapted, queryInputs, queryBase[row], row, activations);
    const sign = label === 1 ? -1 : 1;
    const part = 0.5 / (label === 1 ? anomalies : queryLabels.length - anomalies);
    loss += part * softplus(sign * logit);
    const slope = share * part * sign * sigmoid(sign * logit);
    gradient.head.a += slope * queryBase[row];
    gradient.head.c += slope;
    byB2 += slope;
    for (let h = 0; h < hidden; h++) byW2[h] += slope * activations[h];
    addEmbedding(gradient.head, queryInputs, row, activations, adapted.w2, slope);
  });
  // The adapted prototypes back from w2 = 2 gain (fault - centre), b2 = gain (|centre|^2 - |fault|^2).
  const { normal: centre, anomaly: fault } = adaptedPrototypes(head, prototypes, episode);
  const byCentre = centre.map((value, h) => -2 * gain * byW2[h] + 2 * gain * byB2 * value);
  const byFault = fault.map((value, h) => 2 * gain * byW2[h] - 2 * gain * byB2 * value);
  gradient.gain += byB2 * adapted.b2 + adapted.w2.reduce((sum, value, h) => sum + byW2[h] * value, 0);
  const { supportInputs, supportBase, anomalyInputs = new Float64Array(0), anomalyBase = new Float64Array(0) } = episode;
  for (const { slopes, inputs, base, prior } of [
    { slopes: byCentre, inputs: supportInputs, base: supportBase, prior: gradient.normal },
    { slopes: byFault, inputs: anomalyInputs, base: anomalyBase, prior: gradient.anomaly },
  ]) {
    const each = 1 / (base.length + weight);
    for (let h = 0; h < hidden; h++) prior[h] += weight * each * slopes[h];
    for (let row = 0; row < base.length; row++) {
      headForward(head, inputs, base[row], row, activations);
      addEmbedding(gradient.head, inputs, row, activations, slopes, each);
    }
  }
  return loss;
}

/** Slopes by w1 and b1 from slopes `by` of a row's embedding, times `share`. */
function addEmbedding(
  gradient: HeadGradient,
  inputs: Float64Array,
  row: number,
  activations: Float64Array,
  by: Float64Array,
  share: number,
): void {
  const hidden = by.length;
  const width = gradient.w1.length / hidden;
  const slopes = by.map((value, h) => share * value * (1 - activations[h] * activations[h]));
  for (let h = 0; h < hidden; h++) gradient.b1[h] += slopes[h];
  for (let i = 0; i < width; i++) {
    const f = inputs[row * width + i];
    for (let h = 0; h < hidden; h++) gradient.w1[i * hidden + h] += f * slopes[h];
  }
}
