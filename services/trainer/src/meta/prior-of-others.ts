// The fleet prior as it would be without one of its devices. A device that has taught the prior is no test of it; in a fleet of
// four this is the difference between a prior that fits and one that is trusted too much.
import type { Initialisation } from '@tocsin/schemas';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import type { PriorOfOthers } from './weight-episode.ts';

/** Least share of the fleet's within-device variance that the others are taken to have. */
const shareMin = 0.05;

/** By device: mean of the other devices' means, and `within` in the proportion of their variances. One device has no others: its own. */
export function priorsOfOthers(initialisation: Initialisation, devices: readonly TeachingDevice[]): Map<string, PriorOfOthers> {
  const { d, m0, within } = initialisation;
  const moments = devices.map((device) => momentsOf(initialisation, device));
  const sums = { mean: new Float64Array(d), variance: new Float64Array(d) };
  for (const { mean, variance } of moments) {
    for (let j = 0; j < d; j++) {
      sums.mean[j] += mean[j];
      sums.variance[j] += variance[j];
    }
  }
  const others = devices.length - 1;
  return new Map(
    devices.map(({ deviceId }, at): [string, PriorOfOthers] => {
      if (others === 0) return [deviceId, { m0, within }];
      const { mean, variance } = moments[at];
      const share = (j: number): number =>
        sums.variance[j] > 0 ? ((sums.variance[j] - variance[j]) / sums.variance[j]) * (devices.length / others) : 1;
      return [
        deviceId,
        {
          m0: sums.mean.map((sum, j) => (sum - mean[j]) / others),
          within: within.map((value, j) => value * Math.max(shareMin, share(j))),
        },
      ];
    }),
  );
}

/** Mean and variance of a device in z; 0 and 0 for a feature that does not vary in the fleet. */
function momentsOf({ d, location, scale }: Initialisation, { normals }: TeachingDevice) {
  const mean = new Float64Array(d);
  const variance = new Float64Array(d);
  const perUnit = scale.map((value) => (value === 0 ? 0 : 1 / value));
  for (const features of normals) {
    for (let j = 0; j < d; j++) mean[j] += ((features[j] - location[j]) * perUnit[j]) / normals.length;
  }
  const freedom = Math.max(1, normals.length - 1);
  for (const features of normals) {
    for (let j = 0; j < d; j++) variance[j] += ((features[j] - location[j]) * perUnit[j] - mean[j]) ** 2 / freedom;
  }
  return { mean, variance };
}
