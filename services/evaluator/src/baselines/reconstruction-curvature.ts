// Second derivatives of the autoencoders' reconstruction error, written out like the first.
import type { ReconstructionNet } from './reconstruction-net.ts';

/** Adds `weight` times the Hessian of the error of window `k` times `direction` to `into`. */
export type AddCurvature = (
  weights: Float64Array,
  inputs: Float64Array,
  k: number,
  weight: number,
  direction: Float64Array,
  into: Float64Array,
) => void;

/** Exact, at about twice the price of a gradient (Pearlmutter, Neural Computation 6, 1994). Calls share buffers. */
export function curvatureOf(net: ReconstructionNet): AddCurvature {
  const { d, hidden, code, rest } = net;
  const [biasAt, decoderAt, outAt] = net.ends;
  // "Move" is how a quantity changes along the direction, "turn" how its slope does.
  const codeMove = new Float64Array(hidden);
  const codeSlope = new Float64Array(hidden);
  const codeTurn = new Float64Array(hidden);
  return (w, inputs, k, weight, direction, into) => {
    net.error(w, inputs, k);
    const from = k * d;
    for (let h = 0; h < hidden; h++) codeMove[h] = direction[biasAt + h];
    for (let j = 0, at = 0; j < d; j++) {
      const value = inputs[from + j];
      for (let h = 0; h < hidden; h++, at++) codeMove[h] += direction[at] * value;
    }
    for (let h = 0; h < hidden; h++) codeMove[h] *= 1 - code[h] * code[h];
    codeSlope.fill(0);
    codeTurn.fill(0);
    for (let j = 0, row = decoderAt; j < d; j++, row += hidden) {
      let move = direction[outAt + j];
      for (let h = 0; h < hidden; h++) move += direction[row + h] * code[h] + w[row + h] * codeMove[h];
      const slope = (2 * weight * rest[j]) / d;
      const turn = (2 * weight * move) / d;
      into[outAt + j] += turn;
      for (let h = 0; h < hidden; h++) {
        into[row + h] += turn * code[h] + slope * codeMove[h];
        codeSlope[h] += slope * w[row + h];
        codeTurn[h] += turn * w[row + h] + slope * direction[row + h];
      }
    }
    for (let h = 0; h < hidden; h++) {
      codeTurn[h] = codeTurn[h] * (1 - code[h] * code[h]) - 2 * codeSlope[h] * code[h] * codeMove[h];
      into[biasAt + h] += codeTurn[h];
    }
    for (let j = 0, at = 0; j < d; j++) {
      const value = inputs[from + j];
      for (let h = 0; h < hidden; h++, at++) into[at] += codeTurn[h] * value;
    }
  };
}
