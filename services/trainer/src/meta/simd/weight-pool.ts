// The slopes of the closed form's weights and shrinkage, episode by episode in float64.
import type { Initialisation } from '@tocsin/schemas';
import { checkLoss, type EpisodePool } from '../engine.ts';
import type { WeightEpisode } from '../weight-episode.ts';
import { addWeightGradient, emptyWeightGradient } from '../weight-gradient.ts';

export function createWeightPool(start: Initialisation, pool: readonly WeightEpisode[]): EpisodePool {
  const { d } = start;
  return {
    async slopes(parameters, chosen) {
      const [omega, kappa, nu] = [
        parameters.subarray(0, 4 * d),
        parameters.subarray(4 * d, 5 * d),
        parameters.subarray(5 * d, 6 * d),
      ];
      const [a, c] = parameters.subarray(6 * d);
      const gradient = emptyWeightGradient(d);
      const share = 1 / chosen.length;
      let loss = 0;
      for (const at of chosen)
        loss += share * addWeightGradient({ ...start, omega, kappa, nu }, { a, c }, pool[at], share, gradient);
      checkLoss(loss);
      return { loss, slopes: Float64Array.of(...gradient.omega, ...gradient.kappa, ...gradient.nu, gradient.a, gradient.c) };
    },
    dispose() {},
  };
}
