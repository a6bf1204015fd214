// Inner steps of a head over an episode, and what its query's loss says of the shared head through them: backpropagation by hand.
//
// The first layer is linear in its inputs, so inner steps on it never leave the span of the support inputs. With pre-activations
// P = X w1 + b1 and D = dL/dP on the support, a step (w1, b1) -= r (S' D, 1' D) moves the pre-activations of any inputs X by
// -r (X S' + 1) D. The kernel X S' + 1 is a constant of the episode: inner steps cost the same for any number of inputs and no task
// needs its own copy of w1, yet the result is second-order MAML and no approximation (docs/decisions/0006).
import { sigmoid, softplus } from '@tocsin/models';
import type { Arena } from './arena.ts';
import type { HeadTaskRows } from './head-task.ts';

/** The shared head: `w` is w1 with b1 as its last row, `[stride][hidden]`; `bias` is b2 + c, which always appear together. */
export type Network = { w: Float32Array; w2: Float32Array; bias: number; a: number };
/** Inner rate, and its multiples for w2 and the bias. Those for w1 and b1 are in the kernel. */
export type InnerRates = { rate: number; w2: number; bias: number };

/** What a forward pass leaves for the way back. Arrays are as large as the largest episode needs. */
export type Tape = {
  hidden: number;
  steps: number;
  /** Pre-activations of all rows, `[rows][hidden]`; after the forward pass, activations of the query at its rows. */
  layer: Float32Array;
  /** Activations, and what a step moves pre-activations' cause by (-rate D), `[shots][hidden]` per step. */
  activations: Float32Array[];
  moves: Float32Array[];
  /** Their sum over the steps. */
  moved: Float32Array;
  /** rate dL/do of each support row, and the probability of a fault, per step. */
  slopes: Float64Array[];
  chances: Float64Array[];
  /** w2 (`[hidden]`) and bias before each step, and after the last. */
  w2: Float64Array[];
  bias: Float64Array;
  /** Probability of a fault of each query row. */
  queryChances: Float64Array;
};

export function createTape(arena: Arena, hidden: number, steps: number, shots: number, rows: number): Tape {
  const perStep = <T>(make: () => T, extra = 0): T[] => Array.from({ length: steps + extra }, make);
  return {
    hidden,
    steps,
    layer: arena.floats(rows * hidden),
    activations: perStep(() => arena.floats(shots * hidden)),
    moves: perStep(() => arena.floats(shots * hidden)),
    moved: arena.floats(shots * hidden),
    slopes: perStep(() => new Float64Array(shots)),
    chances: perStep(() => new Float64Array(shots)),
    w2: perStep(() => new Float64Array(hidden), 1),
    bias: new Float64Array(steps + 1),
    queryChances: new Float64Array(rows),
  };
}

/** Takes the inner steps and returns the loss of the query after them. */
export function adaptAndJudge(
  arena: Arena,
  tape: Tape,
  { w, w2, bias, a }: Network,
  task: HeadTaskRows,
  rates: InnerRates,
): number {
  const { hidden, layer, moved } = tape;
  const { shots, rows, inputs, kernel } = task;
  const onSupport = layer.subarray(0, shots * hidden);
  const onQuery = layer.subarray(shots * hidden, rows * hidden);
  layer.fill(0, 0, rows * hidden);
  moved.fill(0, 0, shots * hidden);
  arena.addProduct(layer, inputs, w, rows, hidden, inputs.length / rows);
  tape.w2[0].set(w2);
  tape.bias[0] = bias;
  for (let step = 0; step < tape.steps; step++) {
    tape.activations[step].set(onSupport);
    arena.tanh(tape.activations[step].subarray(0, shots * hidden));
    takeStep(tape, step, a, task, rates);
    if (step + 1 < tape.steps) arena.addProduct(onSupport, kernel, tape.moves[step], shots, hidden, shots);
  }
  if (tape.steps > 0) arena.addProduct(onQuery, kernel.subarray(shots * shots), moved, rows - shots, hidden, shots);
  arena.tanh(onQuery);
  return judge(tape, a, task);
}

function takeStep(tape: Tape, step: number, a: number, { shots, base, labels, weights }: HeadTaskRows, rates: InnerRates): void {
  const { hidden, moved } = tape;
  const [activations, moves, slopes, chances] = [tape.activations[step], tape.moves[step], tape.slopes[step], tape.chances[step]];
  const [w2, next] = [tape.w2[step], tape.w2[step + 1]];
  next.set(w2);
  let total = 0;
  for (let s = 0, from = 0; s < shots; s++, from += hidden) {
    let logit = a * base[s] + tape.bias[step];
    for (let h = 0; h < hidden; h++) logit += w2[h] * activations[from + h];
    const chance = sigmoid(logit);
    const slope = rates.rate * weights[s] * (chance - labels[s]);
    chances[s] = chance;
    slopes[s] = slope;
    total += slope;
    for (let h = 0, at = from; h < hidden; h++, at++) {
      const active = activations[at];
      const move = -slope * w2[h] * (1 - active * active);
      moves[at] = move;
      moved[at] += move;
      next[h] -= rates.w2 * slope * active;
    }
  }
  tape.bias[step + 1] = tape.bias[step] - rates.bias * total;
}

function judge(tape: Tape, a: number, { shots, rows, base, labels, weights }: HeadTaskRows): number {
  const { hidden, layer, queryChances } = tape;
  const [w2, bias] = [tape.w2[tape.steps], tape.bias[tape.steps]];
  let loss = 0;
  for (let row = shots; row < rows; row++) {
    let logit = a * base[row] + bias;
    for (let h = 0, at = row * hidden; h < hidden; h++, at++) logit += w2[h] * layer[at];
    queryChances[row] = sigmoid(logit);
    loss += weights[row] * softplus(labels[row] === 1 ? -logit : logit);
  }
  return loss;
}
