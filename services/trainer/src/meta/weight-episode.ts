// An episode as the closed form's weights and shrinkage see it: what a support teaches, and windows to judge, all in z.
import type { Initialisation } from '@tocsin/schemas';
import type { Episode } from '../episodes/draw-episode.ts';

/** Sums and sums of squares of `shots` support windows, and query windows `[n][d]` with labels, 1 for an anomaly. */
export type WeightEpisode = {
  shots: number;
  sum: Float64Array;
  squares: Float64Array;
  queries: Float64Array;
  labels: Uint8Array;
  /** Prior mean and within-device variance that the episode's device is adapted from. */
  m0: Float64Array;
  within: Float64Array;
};

/** What the other devices of the fleet say of a device: prior mean and within-device variance, `[d]` in z. */
export type PriorOfOthers = Pick<WeightEpisode, 'm0' | 'within'>;

/**
 * Brings an episode into the z of the initialisation; a feature that does not vary is its prior mean everywhere. Adapts from the
 * initialisation's own prior unless told otherwise.
 */
export function weightEpisode(
  initialisation: Initialisation,
  episode: Episode,
  prior: PriorOfOthers = initialisation,
): WeightEpisode {
  const { d, location, scale, m0 } = initialisation;
  const { support, normals, anomalies } = episode;
  const z = (features: Float32Array, j: number): number => (scale[j] > 0 ? (features[j] - location[j]) / scale[j] : m0[j]);
  const sum = new Float64Array(d);
  const squares = new Float64Array(d);
  for (const features of support) {
    for (let j = 0; j < d; j++) {
      const value = z(features, j);
      sum[j] += value;
      squares[j] += value * value;
    }
  }
  const windows = [...normals, ...anomalies];
  const queries = new Float64Array(windows.length * d);
  windows.forEach((features, k) => {
    for (let j = 0; j < d; j++) queries[k * d + j] = z(features, j);
  });
  const labels = new Uint8Array(windows.length).fill(1, normals.length);
  return { shots: support.length, sum, squares, queries, labels, m0: prior.m0, within: prior.within };
}
