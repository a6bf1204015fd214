// The optimiser of the small nets among the baselines.

/**
 * Adam (Kingma & Ba, ICLR 2015) with its usual constants. A call moves `weights` in place against `gradient`; `rate` is the size of the
 * step. Keeps its moments between calls.
 */
export function adam(length: number): (weights: Float64Array, gradient: Float64Array, rate: number) => void {
  const first = new Float64Array(length);
  const second = new Float64Array(length);
  let steps = 0;
  return (weights, gradient, rate) => {
    steps++;
    const size = (rate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    for (let i = 0; i < length; i++) {
      const slope = gradient[i];
      const mean = 0.9 * first[i] + 0.1 * slope;
      const square = 0.999 * second[i] + 0.001 * slope * slope;
      first[i] = mean;
      second[i] = square;
      weights[i] -= (size * mean) / (Math.sqrt(square) + 1e-8);
    }
  };
}
