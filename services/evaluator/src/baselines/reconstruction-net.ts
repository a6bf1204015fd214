// The net of the autoencoders, d -> min(8, ceil(d/4)) tanh -> d, with its derivatives written out: it is so small that a tensor library
// would spend its time on calls. Learns nothing by itself.
import { normal, type Random } from '@tocsin/signals';

const hiddenMax = 8;
const clip = 12;

/**
 * Works on weights `[encoder d x h | biases h | decoder d x h | biases d]`, on window `k` of `inputs` `[n][d]`, and on the mean over
 * features of the squared error of its reconstruction, times `weight` where something is added up. Calls share buffers.
 */
export type ReconstructionNet = {
  d: number;
  hidden: number;
  /** Number of weights; where each of the four layers ends. */
  size: number;
  ends: readonly number[];
  /** Of the last window that was looked at: hidden activities `[h]`, and output minus input `[d]`. */
  code: Float64Array;
  rest: Float64Array;
  /** Seeded weights of Glorot's size, biases 0. */
  start(random: Random): Float64Array;
  error(weights: Float64Array, inputs: Float64Array, k: number): number;
  /** Adds the gradient to `into`; returns the error. */
  addGradient(weights: Float64Array, inputs: Float64Array, k: number, weight: number, into: Float64Array): number;
};

/** Scaled values held to +-12, so that one wild feature does not drown the others; in place. */
export function clipInputs(values: Float64Array): Float64Array {
  for (let at = 0; at < values.length; at++) values[at] = Math.min(clip, Math.max(-clip, values[at]));
  return values;
}

export function reconstructionNet(d: number): ReconstructionNet {
  const hidden = Math.min(hiddenMax, Math.ceil(d / 4));
  const biasAt = d * hidden;
  const decoderAt = biasAt + hidden;
  const outAt = decoderAt + d * hidden;
  const code = new Float64Array(hidden);
  const rest = new Float64Array(d);
  const codeSlope = new Float64Array(hidden);

  function error(w: Float64Array, inputs: Float64Array, k: number): number {
    const from = k * d;
    for (let h = 0; h < hidden; h++) code[h] = w[biasAt + h];
    for (let j = 0, at = 0; j < d; j++) {
      const value = inputs[from + j];
      for (let h = 0; h < hidden; h++, at++) code[h] += w[at] * value;
    }
    for (let h = 0; h < hidden; h++) code[h] = Math.tanh(code[h]);
    let squares = 0;
    for (let j = 0, at = decoderAt; j < d; j++) {
      let sum = w[outAt + j];
      for (let h = 0; h < hidden; h++, at++) sum += w[at] * code[h];
      const miss = sum - inputs[from + j];
      rest[j] = miss;
      squares += miss * miss;
    }
    return squares / d;
  }

  return {
    d,
    hidden,
    size: outAt + d,
    ends: [biasAt, decoderAt, outAt, outAt + d],
    code,
    rest,
    error,
    start(random) {
      const weights = new Float64Array(outAt + d);
      const spread = Math.sqrt(2 / (d + hidden));
      for (let h = 0; h < hidden; h++) {
        for (let j = 0; j < d; j++) {
          weights[j * hidden + h] = spread * normal(random);
          weights[decoderAt + j * hidden + h] = spread * normal(random);
        }
      }
      return weights;
    },
    addGradient(w, inputs, k, weight, into) {
      const found = error(w, inputs, k);
      const from = k * d;
      codeSlope.fill(0);
      for (let j = 0, at = decoderAt; j < d; j++) {
        const slope = (2 * weight * rest[j]) / d;
        into[outAt + j] += slope;
        for (let h = 0; h < hidden; h++, at++) {
          into[at] += slope * code[h];
          codeSlope[h] += slope * w[at];
        }
      }
      for (let h = 0; h < hidden; h++) {
        codeSlope[h] *= 1 - code[h] * code[h];
        into[biasAt + h] += codeSlope[h];
      }
      for (let j = 0, at = 0; j < d; j++) {
        const value = inputs[from + j];
        for (let h = 0; h < hidden; h++, at++) into[at] += codeSlope[h] * value;
      }
      return found;
    },
  };
}
