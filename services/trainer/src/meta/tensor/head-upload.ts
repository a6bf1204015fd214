// Episodes of heads as equally sized blocks of float32. Support rows come first, padded to the longest support of the pool with rows
// that weigh nothing; so are queries.
import type { HeadEpisode } from '@tocsin/models';
import type { Upload } from './tensor-pool.ts';

export type HeadUpload = { width: number; shots: number; upload: Upload };

/**
 * `inputs` `[rows, width + 1]`, the last one 1; `base`: closed-form scores; `labels`: 1 for an anomaly; `weights`: class-balanced, the
 * normals of a support or query add up to 1/2, and so do its anomalies.
 */
export function headUpload(pool: readonly HeadEpisode[]): HeadUpload {
  const width = pool[0].queryInputs.length / pool[0].queryBase.length;
  const longest = (of: (episode: HeadEpisode) => number): number =>
    pool.reduce((most, episode) => Math.max(most, of(episode)), 1);
  const shots = longest(({ supportBase, anomalyBase }) => supportBase.length + (anomalyBase?.length ?? 0));
  const rows = shots + longest(({ queryBase }) => queryBase.length);
  const inputs = new Float32Array(pool.length * rows * (width + 1));
  const [base, labels, weights] = [0, 1, 2].map(() => new Float32Array(pool.length * rows));
  pool.forEach((episode, at) => {
    const put = (from: number, values: Float64Array, scores: Float64Array, labelOf: (row: number) => number): void => {
      const faults = scores.reduce((sum, _, row) => sum + labelOf(row), 0);
      base.set(scores, at * rows + from);
      scores.forEach((_, row) => {
        const place = at * rows + from + row;
        labels[place] = labelOf(row);
        weights[place] = 0.5 / (labelOf(row) === 1 ? faults : scores.length - faults);
        inputs.set(values.subarray(row * width, (row + 1) * width), place * (width + 1));
        inputs[place * (width + 1) + width] = 1;
      });
    };
    const { supportInputs, supportBase, anomalyInputs, anomalyBase, queryInputs, queryBase, queryLabels } = episode;
    put(0, supportInputs, supportBase, () => 0);
    if (anomalyInputs !== undefined && anomalyBase !== undefined) put(supportBase.length, anomalyInputs, anomalyBase, () => 1);
    put(shots, queryInputs, queryBase, (row) => queryLabels[row]);
  });
  const flat = [rows];
  return {
    width,
    shots,
    upload: {
      inputs: { shape: [rows, width + 1], values: inputs },
      base: { shape: flat, values: base },
      labels: { shape: flat, values: labels },
      weights: { shape: flat, values: weights },
    },
  };
}
