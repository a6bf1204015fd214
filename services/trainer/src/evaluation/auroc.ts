// How well scores tell anomalies from normals.

/**
 * Area under the ROC curve: the chance that an anomaly scores above a normal, ties counted half (Mann-Whitney U). 0..1;
 * .5 where one of the sides is empty.
 */
export function auroc(normals: readonly number[], anomalies: readonly number[]): number {
  if (normals.length === 0 || anomalies.length === 0) return 0.5;
  const sorted = Float64Array.from(normals).sort();
  let wins = 0;
  for (const score of anomalies) wins += (below(sorted, score, false) + below(sorted, score, true)) / 2;
  return wins / (normals.length * anomalies.length);
}

/** How many of the ascending `sorted` are under `score` (or at most `score` when `orEqual`). */
function below(sorted: Float64Array, score: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < score || (orEqual && sorted[middle] === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}
