// How well scores put anomalies before normals, whatever the threshold. Positions in time do not count here.

/**
 * Area under the ROC curve: the chance that an anomaly scores above a normal, ties counted half (Mann-Whitney U; Hanley & McNeil,
 * Radiology 143, 1982). `labels[i]` is 1 or 0. Null where one of the two is missing.
 */
export function auroc(scores: Float64Array, labels: Int8Array): number | null {
  let area = 0;
  let normals = 0;
  let anomalies = 0;
  for (const { positives, negatives } of tieGroups(scores, labels)) {
    area += negatives * (anomalies + positives / 2);
    normals += negatives;
    anomalies += positives;
  }
  return normals === 0 || anomalies === 0 ? null : area / (normals * anomalies);
}

/**
 * Average precision, sum of (R_k - R_(k-1)) P_k over the distinct thresholds, highest first; not interpolated (Davis & Goadrich, ICML
 * 2006, say why). `labels[i]` is 1 or 0. Null where one of the two is missing. The share of anomalies is what chance gives.
 */
export function averagePrecision(scores: Float64Array, labels: Int8Array): number | null {
  let normals = 0;
  let anomalies = 0;
  let sum = 0;
  for (const { positives, negatives } of tieGroups(scores, labels)) {
    normals += negatives;
    anomalies += positives;
    sum += (positives * anomalies) / (anomalies + normals);
  }
  return normals === 0 || anomalies === 0 ? null : sum / anomalies;
}

/** Windows of equal score, highest score first. */
function* tieGroups(scores: Float64Array, labels: Int8Array): Generator<{ positives: number; negatives: number }> {
  const order = descending(scores);
  for (let at = 0; at < order.length;) {
    const score = scores[order[at]];
    const group = { positives: 0, negatives: 0 };
    for (; at < order.length && scores[order[at]] === score; at++) {
      if (labels[order[at]] === 1) group.positives++;
      else group.negatives++;
    }
    yield group;
  }
}

/** Indices of the scores, highest first, equal ones in order of time. */
export function descending(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((one, two) => scores[two] - scores[one] || one - two);
}
