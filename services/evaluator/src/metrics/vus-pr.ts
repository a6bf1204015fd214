// A precision-recall area that forgives a detector for being a little early or late, without point adjustment.
import { descending } from './ranking.ts';

/**
 * VUS-PR (Paparrizos et al., "Volume Under the Surface", PVLDB 15, 2022; formulas of its reference code, https://github.com/TheDatumOrg/VUS,
 * with every distinct threshold instead of 250): the mean over buffers l = 0..`bufferMax` windows of the range-based area under the PR
 * curve. With a buffer, labels beside a range of anomalies rise to sqrt(1 - distance/l) within l/2 of it, and recall is multiplied by the
 * share of ranges that hold a prediction. `labels[i]` is 1 or 0, in time order. Null where one of the two is missing.
 */
export function vusPr(scores: Float64Array, labels: Int8Array, bufferMax: number): number | null {
  const anomalies = labels.reduce((sum, label) => sum + label, 0);
  if (anomalies === 0 || anomalies === labels.length) return null;
  const order = descending(scores);
  let volume = 0;
  for (let buffer = 0; buffer <= bufferMax; buffer++) volume += rangeArea(scores, labels, order, anomalies, buffer);
  return volume / (bufferMax + 1);
}

function rangeArea(scores: Float64Array, labels: Int8Array, order: Uint32Array, anomalies: number, buffer: number): number {
  const soft = softLabels(labels, buffer);
  const rangeOf = rangesOf(soft);
  const ranges = rangeOf.reduce((most, range) => Math.max(most, range), 0);
  const mass = (anomalies + soft.reduce((sum, value) => sum + value, 0)) / 2;
  const isHit = new Uint8Array(ranges + 1);
  let hits = 0;
  let truePositives = 0;
  let recall = 0;
  let precision = 1;
  let area = 0;
  for (let at = 0; at < order.length;) {
    const score = scores[order[at]];
    for (; at < order.length && scores[order[at]] === score; at++) {
      const i = order[at];
      truePositives += soft[i];
      if (rangeOf[i] > 0 && isHit[rangeOf[i]] === 0) {
        isHit[rangeOf[i]] = 1;
        hits++;
      }
    }
    const nextRecall = Math.min(1, truePositives / mass) * (hits / ranges);
    const nextPrecision = truePositives / at;
    area += ((nextRecall - recall) * (precision + nextPrecision)) / 2;
    recall = nextRecall;
    precision = nextPrecision;
  }
  return area;
}

/** Labels with slopes beside every range of ones. */
function softLabels(labels: Int8Array, buffer: number): Float64Array {
  const soft = Float64Array.from(labels);
  if (buffer === 0) return soft;
  const reach = Math.floor(buffer / 2);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    const starts = i === 0 || labels[i - 1] !== 1;
    const ends = i === labels.length - 1 || labels[i + 1] !== 1;
    for (let k = 1; starts && k <= reach && i - k >= 0; k++) soft[i - k] += Math.sqrt(1 - k / buffer);
    // One window less than before the range, as in the reference code, which counts the last window of the range as well.
    for (let k = 1; ends && k < reach && i + k < labels.length; k++) soft[i + k] += Math.sqrt(1 - k / buffer);
  }
  return soft.map((value) => Math.min(1, value));
}

/** For every window the number (from 1) of the range of positive labels it lies in, else 0. */
function rangesOf(soft: Float64Array): Uint32Array {
  let ranges = 0;
  let isInside = false;
  return Uint32Array.from(soft, (value) => {
    if (value > 0 && !isInside) ranges++;
    isInside = value > 0;
    return isInside ? ranges : 0;
  });
}
