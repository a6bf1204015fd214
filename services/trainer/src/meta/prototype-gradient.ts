// The gradient of a prototypical head (METHOD D, end) by its embedding and the fleet's prototypes: backpropagation by hand, float64.
import {
  adaptedPrototypes,
  addFirstLayer,
  embedded,
  emptyHeadGradient,
  forwardRows,
  headOfPrototypes,
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
  const support = embedded(head, episode);
  const own = adaptedPrototypes(prototypes, support);
  const adapted = headOfPrototypes(head, gain, own);
  const { logits, activations } = forwardRows(adapted, queryInputs, queryBase);
  const anomalies = queryLabels.reduce((sum, label) => sum + label, 0);
  const slopes = new Float64Array(queryLabels.length);
  const byW2 = new Float64Array(hidden);
  let byB2 = 0;
  let loss = 0;
  queryLabels.forEach((label, row) => {
    const sign = label === 1 ? -1 : 1;
    const part = 0.5 / (label === 1 ? anomalies : queryLabels.length - anomalies);
    loss += part * softplus(sign * logits[row]);
    const slope = share * part * sign * sigmoid(sign * logits[row]);
    slopes[row] = slope;
    gradient.head.a += slope * queryBase[row];
    gradient.head.c += slope;
    byB2 += slope;
    for (let h = 0; h < hidden; h++) byW2[h] += slope * activations[row * hidden + h];
  });
  const byQuery = activations.map((_, at) => slopes[Math.floor(at / hidden)] * adapted.w2[at % hidden]);
  addEmbeddings(gradient.head, queryInputs, activations, byQuery);
  // The adapted prototypes back from w2 = 2 gain (fault - centre), b2 = gain (|centre|^2 - |fault|^2).
  const { normal: centre, anomaly: fault } = own;
  const byCentre = centre.map((value, h) => -2 * gain * byW2[h] + 2 * gain * byB2 * value);
  const byFault = fault.map((value, h) => 2 * gain * byW2[h] - 2 * gain * byB2 * value);
  gradient.gain += byB2 * adapted.b2 + adapted.w2.reduce((sum, value, h) => sum + byW2[h] * value, 0);
  for (const { by, inputs = new Float64Array(0), embeddings, prior } of [
    { by: byCentre, inputs: episode.supportInputs, embeddings: support.normals, prior: gradient.normal },
    { by: byFault, inputs: episode.anomalyInputs, embeddings: support.anomalies, prior: gradient.anomaly },
  ]) {
    const each = 1 / (embeddings.length / hidden + weight);
    for (let h = 0; h < hidden; h++) prior[h] += weight * each * by[h];
    const byEach = embeddings.map((_, at) => each * by[at % hidden]);
    addEmbeddings(gradient.head, inputs, embeddings, byEach);
  }
  return loss;
}

/** Slopes by w1 and b1 from the slopes `by` of embeddings, `[n][hidden]`. */
function addEmbeddings(gradient: HeadGradient, inputs: Float64Array, embeddings: Float64Array, by: Float64Array): void {
  const slopes = by.map((value, at) => value * (1 - embeddings[at] * embeddings[at]));
  addFirstLayer(gradient, inputs, slopes);
}
