// A small autoencoder trained from scratch on the support of one device (Sakurada & Yairi, MLSDA 2014). Our own: the nets are so small
// that a tensor library spends its time on calls.
import type { Learner } from '@tocsin/models';
import { createRandom, normal, type Random } from '@tocsin/signals';
import { scratchLearner, type FitDevice } from './scratch-learner.ts';

const hiddenMax = 8;
const epochs = 150;
const rate = 1e-2;
const clip = 12;
const floor = 1e-9;

/** d -> min(8, ceil(d/4)) tanh -> d on windows held to +-12, 150 full-batch steps of Adam (1e-2); ln of the mean squared error. */
export const autoencoderOf: FitDevice = (support, d, seed) => {
  const random = createRandom(seed);
  const hidden = Math.min(hiddenMax, Math.ceil(d / 4));
  const inputs = support.map((value) => Math.min(clip, Math.max(-clip, value)));
  const weights = startWeights(d, hidden, random);
  const step = adam(weights.length);
  const net = createNet(d, hidden);
  const n = inputs.length / d;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const gradient = new Float64Array(weights.length);
    for (let k = 0; k < n; k++) net.addGradient(weights, inputs.subarray(k * d, (k + 1) * d), gradient, 1 / n);
    step(weights, gradient);
  }
  const clipped = new Float64Array(d);
  return (z) => {
    for (let j = 0; j < d; j++) clipped[j] = Math.min(clip, Math.max(-clip, z[j]));
    return Math.log(net.error(weights, clipped) + floor);
  };
};

export function autoencoder(): Learner {
  return scratchLearner({ name: 'autoencoder', scale: 'fleet', supportMin: 1, isRandom: true, fitDevice: autoencoderOf });
}

/** Weights `[encoder d x h | biases h | decoder h x d | biases d]`, of Glorot's size. */
function startWeights(d: number, hidden: number, random: Random): Float64Array {
  const weights = new Float64Array(2 * d * hidden + hidden + d);
  const spread = Math.sqrt(2 / (d + hidden));
  const decoderAt = d * hidden + hidden;
  for (let i = 0; i < d * hidden; i++) {
    weights[i] = spread * normal(random);
    weights[decoderAt + i] = spread * normal(random);
  }
  return weights;
}

function createNet(d: number, hidden: number) {
  const code = new Float64Array(hidden);
  const rest = new Float64Array(d);
  const codeGradient = new Float64Array(hidden);
  const biasAt = d * hidden;
  const decoderAt = biasAt + hidden;
  const outAt = decoderAt + d * hidden;

  /** Mean squared error; leaves code and output minus input behind. */
  function error(w: Float64Array, z: Float64Array): number {
    for (let h = 0; h < hidden; h++) {
      let sum = w[biasAt + h];
      for (let j = 0; j < d; j++) sum += w[h * d + j] * z[j];
      code[h] = Math.tanh(sum);
    }
    let squares = 0;
    for (let j = 0; j < d; j++) {
      let sum = w[outAt + j];
      for (let h = 0; h < hidden; h++) sum += w[decoderAt + h * d + j] * code[h];
      rest[j] = sum - z[j];
      squares += rest[j] * rest[j];
    }
    return squares / d;
  }

  return {
    error,
    addGradient(w: Float64Array, z: Float64Array, gradient: Float64Array, weight: number): void {
      error(w, z);
      codeGradient.fill(0);
      for (let j = 0; j < d; j++) {
        const slope = (2 * weight * rest[j]) / d;
        gradient[outAt + j] += slope;
        for (let h = 0; h < hidden; h++) {
          gradient[decoderAt + h * d + j] += slope * code[h];
          codeGradient[h] += slope * w[decoderAt + h * d + j];
        }
      }
      for (let h = 0; h < hidden; h++) {
        const slope = codeGradient[h] * (1 - code[h] * code[h]);
        gradient[biasAt + h] += slope;
        for (let j = 0; j < d; j++) gradient[h * d + j] += slope * z[j];
      }
    },
  };
}

/** Adam (Kingma & Ba, ICLR 2015) with its usual constants, in place. */
function adam(length: number): (weights: Float64Array, gradient: Float64Array) => void {
  const first = new Float64Array(length);
  const second = new Float64Array(length);
  let steps = 0;
  return (weights, gradient) => {
    steps++;
    const size = (rate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    for (let i = 0; i < length; i++) {
      first[i] = 0.9 * first[i] + 0.1 * gradient[i];
      second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
      weights[i] -= (size * first[i]) / (Math.sqrt(second[i]) + 1e-8);
    }
  };
}
