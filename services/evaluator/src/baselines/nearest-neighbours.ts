// Distance to the nearest support windows (Ramaswamy et al., SIGMOD 2000; mean over neighbours as in Angiulli & Pizzuti, PKDD 2002).
import type { Learner } from '@tocsin/models';
import { scratchLearner, type FitDevice } from './scratch-learner.ts';

const neighbours = 3;
const floor = 1e-9;

/** ln of the mean squared distance per feature to the three nearest support windows, or as many as there are. */
export const nearestNeighbours: FitDevice = (support, d) => {
  const n = support.length / d;
  const count = Math.min(neighbours, n);
  const distances = new Float64Array(n);
  return (z) => {
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += (z[j] - support[k * d + j]) ** 2;
      distances[k] = sum;
    }
    distances.sort();
    let sum = 0;
    for (let k = 0; k < count; k++) sum += distances[k];
    return Math.log(sum / (count * d) + floor);
  };
};

export function knn(scale: 'fleet' | 'own'): Learner {
  return scratchLearner({ name: `knn-${scale}`, scale, supportMin: 1, isRandom: false, fitDevice: nearestNeighbours });
}
