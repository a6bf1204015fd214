// A precision-recall area that forgives a detector for being a little early or late, without point adjustment.
import { descending } from './ranking.ts';

/**
 * VUS-PR (Paparrizos et al., "Volume Under the Surface", PVLDB 15, 2022): the mean over buffers l = 0..`bufferMax` windows of the
 * range-based area under the PR curve, at every distinct threshold. Beside a range of anomalies labels fall off as sqrt(1 - distance/l)
 * up to l/2 away; recall is sum of predicted labels / (anomalies + half of the predicted ones beside them), at most 1, times the share of
 * ranges that hold a prediction. Agrees with `RangeAUC_volume_opt` of the authors' package vus 0.0.6. `labels[i]` is 1 or 0, in time
 * order. Null where one of the two is missing.
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
  const rangeOf = rangesOf(labels, Math.floor(buffer / 2));
  const ranges = rangeOf.findLast((range) => range > 0) ?? 0;
  const isHit = new Uint8Array(ranges + 1);
  let hits = 0;
  let inside = 0;
  let beside = 0;
  let recall = 0;
  let area = 0;
  for (let at = 0; at < order.length;) {
    const score = scores[order[at]];
    for (; at < order.length && scores[order[at]] === score; at++) {
      const i = order[at];
      if (labels[i] === 1) inside++;
      else beside += soft[i];
      if (rangeOf[i] > 0 && isHit[rangeOf[i]] === 0) {
        isHit[rangeOf[i]] = 1;
        hits++;
      }
    }
    const next = Math.min(1, (inside + beside) / (anomalies + beside / 2)) * (hits / ranges);
    area += ((next - recall) * (inside + beside)) / at;
    recall = next;
  }
  return area;
}

/** Labels with slopes on both sides of every range of ones. */
function softLabels(labels: Int8Array, buffer: number): Float64Array {
  const soft = Float64Array.from(labels);
  const reach = Math.floor(buffer / 2);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    const isFirst = labels[i - 1] !== 1;
    const isLast = labels[i + 1] !== 1;
    for (let k = 1; isFirst && k <= reach && i - k >= 0; k++) soft[i - k] += Math.sqrt(1 - k / buffer);
    for (let k = 1; isLast && k <= reach && i + k < labels.length; k++) soft[i + k] += Math.sqrt(1 - k / buffer);
  }
  return soft.map((value) => Math.min(1, value));
}

/** For every window the number (from 1) of the range it lies in or beside, else 0. Ranges whose surroundings overlap are one. */
function rangesOf(labels: Int8Array, reach: number): Uint32Array {
  const rangeOf = new Uint32Array(labels.length);
  let range = 0;
  let lastEnd = -Infinity;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    if (labels[i - 1] !== 1 && i - reach > lastEnd + reach) range++;
    rangeOf.fill(range, Math.max(0, i - reach), i + reach + 1);
    lastEnd = i;
  }
  return rangeOf;
}
