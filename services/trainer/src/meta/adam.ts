// The outer optimiser: Adam on a flat vector of parameters, with a clipped gradient and a falling rate.

/** One outer step; returns the moved parameters and leaves its arguments as they are. */
export type Optimiser = (parameters: Float64Array, gradient: Float64Array) => Float64Array;

export type AdamPlan = { rate: number; steps: number; clipNorm: number };

/**
 * Adam (Kingma & Ba 2015; beta .9 and .999, epsilon 1e-8) whose rate falls along a cosine from `rate` to a tenth of it over
 * `steps` steps and stays there. Gradients longer than `clipNorm` are shortened to it.
 */
export function adam({ rate, steps, clipNorm }: AdamPlan): Optimiser {
  let at = 0;
  let first = new Float64Array(0);
  let second = new Float64Array(0);
  return (parameters, gradient) => {
    if (at === 0) {
      first = new Float64Array(parameters.length);
      second = new Float64Array(parameters.length);
    }
    const decay = 0.1 + 0.45 * (1 + Math.cos(Math.PI * Math.min(1, at / steps)));
    at += 1;
    const norm = Math.sqrt(gradient.reduce((sum, slope) => sum + slope * slope, 0));
    const shorten = norm > clipNorm ? clipNorm / norm : 1;
    const [firstShare, secondShare] = [1 - 0.9 ** at, 1 - 0.999 ** at];
    return parameters.map((value, i) => {
      const slope = gradient[i] * shorten;
      first[i] = 0.9 * first[i] + 0.1 * slope;
      second[i] = 0.999 * second[i] + 0.001 * slope * slope;
      const step = first[i] / firstShare / (Math.sqrt(second[i] / secondShare) + 1e-8);
      return value - rate * decay * step;
    });
  };
}
