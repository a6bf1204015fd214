// A small autoencoder trained from scratch on the support of one device (Sakurada & Yairi, MLSDA 2014).
import type { Learner } from '@tocsin/models';
import { createRandom } from '@tocsin/signals';
import { adam } from './adam.ts';
import { clipInputs, reconstructionNet } from './reconstruction-net.ts';
import { scratchLearner, type FitDevice } from './scratch-learner.ts';

const epochs = 150;
const rate = 1e-2;
const floor = 1e-9;

/** The net of `reconstructionNet`, 150 full-batch steps of Adam (1e-2) on the support; ln of the mean squared error. */
export const autoencoderOf: FitDevice = (support, d, seed) => {
  const net = reconstructionNet(d);
  const weights = net.start(createRandom(seed));
  const inputs = clipInputs(support.slice());
  const step = adam(net.size);
  const gradient = new Float64Array(net.size);
  const n = inputs.length / d;
  for (let epoch = 0; epoch < epochs; epoch++) {
    gradient.fill(0);
    for (let k = 0; k < n; k++) net.addGradient(weights, inputs, k, 1 / n, gradient);
    step(weights, gradient, rate);
  }
  const input = new Float64Array(d);
  return (z) => {
    input.set(z);
    return Math.log(net.error(weights, clipInputs(input), 0) + floor);
  };
};

export function autoencoder(): Learner {
  return scratchLearner({ name: 'autoencoder', scale: 'fleet', supportMin: 1, isRandom: true, fitDevice: autoencoderOf });
}
