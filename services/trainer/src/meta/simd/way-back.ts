// The way back through `adaptAndJudge`: slopes of the query's loss by the shared head, and by Meta-SGD's inner rates.
import type { Arena } from './arena.ts';
import type { HeadTaskRows } from './head-task.ts';
import type { InnerRates, Tape } from './inner-loop.ts';

/** Sums over the episodes so far; `w`, of w1 and b1, is in float32 and taken out now and then. */
export type HeadSums = { w: Float32Array; w2: Float64Array; bias: number; a: number; w2Rate: number; biasRate: number };

/** By the layer of each row (`[rows][hidden]`), by the moves (`[shots][hidden]`), and by the kernel (`[rows][shots]`). */
export type BackScratch = {
  byLayer: Float32Array;
  byMoved: Float32Array;
  byMove: Float32Array;
  /** Moves of all steps `[hidden][shots]`, to multiply with; and by the kernel: empty where nobody asks. */
  movesTransposed: Float32Array;
  byKernel: Float32Array;
};

/** From the query's chances to slopes by its layer, by w2 and, as result, by the bias, all after the inner steps; adds those by a to `sums`. */
export function backFromQuery(
  tape: Tape,
  { shots, rows, base, labels, weights }: HeadTaskRows,
  share: number,
  sums: HeadSums,
  byLayer: Float32Array,
  byW2: Float64Array,
): number {
  const { hidden, layer, queryChances } = tape;
  const w2 = tape.w2[tape.steps];
  let byBias = 0;
  byW2.fill(0);
  for (let row = shots; row < rows; row++) {
    const slope = share * weights[row] * (queryChances[row] - labels[row]);
    sums.a += slope * base[row];
    byBias += slope;
    for (let h = 0, at = row * hidden; h < hidden; h++, at++) {
      const active = layer[at];
      byW2[h] += slope * active;
      byLayer[at] = slope * w2[h] * (1 - active * active);
    }
  }
  return byBias;
}

/** From the end of step `step` to its start: `byLayer`, `byW2` and the bias's slope, which is returned, become those before it. */
export function backThroughStep(
  tape: Tape,
  step: number,
  { shots, base, weights }: HeadTaskRows,
  rates: InnerRates,
  sums: HeadSums,
  byMove: Float32Array,
  byLayer: Float32Array,
  byW2: Float64Array,
  byBias: number,
): number {
  const { hidden } = tape;
  const [activations, slopes, chances, w2] = [tape.activations[step], tape.slopes[step], tape.chances[step], tape.w2[step]];
  const before = Float64Array.from(byW2);
  let bias = byBias;
  for (let s = 0, from = 0; s < shots; s++, from += hidden) {
    const slope = slopes[s];
    let bySlope = -rates.bias * byBias;
    let towardsW2 = 0;
    for (let h = 0, at = from; h < hidden; h++, at++) {
      const active = activations[at];
      bySlope -= byMove[at] * w2[h] * (1 - active * active);
      towardsW2 += byW2[h] * active;
    }
    bySlope -= rates.w2 * towardsW2;
    sums.w2Rate -= towardsW2 * slope;
    sums.biasRate -= byBias * slope;
    const byLogit = bySlope * rates.rate * weights[s] * chances[s] * (1 - chances[s]);
    sums.a += byLogit * base[s];
    bias += byLogit;
    for (let h = 0, at = from; h < hidden; h++, at++) {
      const active = activations[at];
      const left = 1 - active * active;
      before[h] += byLogit * active - byMove[at] * slope * left;
      const byActive = 2 * byMove[at] * slope * w2[h] * active - rates.w2 * slope * byW2[h] + byLogit * w2[h];
      byLayer[at] += byActive * left;
    }
  }
  byW2.set(before);
  return bias;
}

/** All of it, for exact meta-gradients: adds an episode's slopes times `share` to `sums` and leaves those by the kernel in `scratch`. */
export function backThroughSteps(
  arena: Arena,
  tape: Tape,
  task: HeadTaskRows,
  rates: InnerRates,
  share: number,
  sums: HeadSums,
  scratch: BackScratch,
): void {
  const { hidden, steps } = tape;
  const { shots, rows, kernel } = task;
  const { byLayer, byMoved, byMove, byKernel } = scratch;
  const byW2 = new Float64Array(hidden);
  byLayer.fill(0, 0, shots * hidden);
  let byBias = backFromQuery(tape, task, share, sums, byLayer, byW2);
  const byQuery = byLayer.subarray(shots * hidden);
  const isRated = byKernel.length > 0;
  if (steps > 0) {
    byMoved.fill(0, 0, shots * hidden);
    arena.addTransposedProduct(byMoved, kernel.subarray(shots * shots), byQuery, shots, hidden, rows - shots);
    if (isRated) {
      byKernel.fill(0, 0, rows * shots);
      addByKernel(arena, scratch, tape.moved, byQuery, byKernel.subarray(shots * shots), shots, rows - shots, hidden);
    }
  }
  for (let step = steps - 1; step >= 0; step--) {
    byMove.set(byMoved.subarray(0, shots * hidden));
    if (step + 1 < steps) {
      arena.addProduct(byMove, kernel, byLayer, shots, hidden, shots);
      if (isRated) addByKernel(arena, scratch, tape.moves[step], byLayer, byKernel, shots, shots, hidden);
    }
    byBias = backThroughStep(tape, step, task, rates, sums, byMove, byLayer, byW2, byBias);
  }
  sums.bias += byBias;
  for (let h = 0; h < hidden; h++) sums.w2[h] += byW2[h];
}

/** What slopes by layers that the moves went into through the kernel say of the kernel: their product with the moves, transposed. */
function addByKernel(
  arena: Arena,
  { movesTransposed }: BackScratch,
  moves: Float32Array,
  byLayer: Float32Array,
  byKernel: Float32Array,
  shots: number,
  rows: number,
  hidden: number,
): void {
  for (let s = 0; s < shots; s++) for (let h = 0; h < hidden; h++) movesTransposed[h * shots + s] = moves[s * hidden + h];
  arena.addProduct(byKernel, byLayer, movesTransposed, rows, shots, hidden);
}
