// Meta-learns weights and shrinkage of the closed form (METHOD C: the learned rates of the adaptation): ln omega, ln kappa, ln nu.
import type { Initialisation } from '@tocsin/schemas';
import { sample, type Random } from '../random.ts';
import { adam } from './adam.ts';
import type { Engine } from './engine.ts';
import type { OnStep } from './outer-plan.ts';
import type { WeightEpisode } from './weight-episode.ts';
import type { Link } from './weight-gradient.ts';
import type { WeightPlan } from './weight-plan.ts';

/** Bounds of the logarithms of kappa and nu. */
const kappaBounds = [Math.log(1e-3), Math.log(100)] as const;
const nuBounds = [Math.log(1e-4), Math.log(50)] as const;
/** kappa and nu are pulled to their start less than omega. */
const shrinkagePull = 0.3;

/**
 * Takes `plan.steps` Adam steps on episodes of `pool` (which must not be empty). What is learned is a shift that
 * all features share, free, and a part of each feature's own, pulled to 0: a class moves as a whole at once, single features only
 * where it pays. Whitened and plain deviations share separately. Returns the initialisation with its new omega, kappa and nu, and the link of its scores.
 */
export async function trainWeights(
  engine: Engine,
  start: Initialisation,
  pool: readonly WeightEpisode[],
  pull: number,
  plan: WeightPlan,
  random: Random,
  onStep: OnStep = () => {},
): Promise<{ initialisation: Initialisation; link: Link }> {
  const { d } = start;
  const optimise = adam(plan);
  let parameters = new Float64Array(6 * d + 6);
  const at = [...pool.keys()];
  const episodes = engine.weights(start, pool);
  try {
    for (let step = 0; step < plan.steps; step++) {
      const startedMs = performance.now();
      const { initialisation, link } = unpacked(parameters, start);
      const { omega, kappa, nu } = initialisation;
      const values = Float64Array.of(...omega, ...kappa, ...nu, link.a, link.c);
      const { loss, slopes } = await episodes.slopes(values, sample(random, at, plan.tasks));
      parameters = Float64Array.from(optimise(parameters, packed(slopes, parameters, pull, d)));
      onStep(loss, (performance.now() - startedMs) / 1000);
    }
  } finally {
    episodes.dispose();
  }
  if (!parameters.every(Number.isFinite)) throw new Error('weights: not finite after training; are all windows finite?');
  return unpacked(parameters, start);
}

/** Parameters: own parts of ln omega (4d), ln kappa, ln nu (d each); shared kappa, nu; ln a, c; shared omega of b and of u. All start at 0. */
function unpacked(parameters: Float64Array, start: Initialisation): { initialisation: Initialisation; link: Link } {
  const { d } = start;
  const [kappaShared, nuShared, lnA, c, omegaB, omegaU] = parameters.subarray(6 * d);
  const moved = (from: Float64Array, at: number, shared: number, [low, high]: readonly [number, number]): Float64Array =>
    from.map((value, j) => Math.exp(Math.min(high, Math.max(low, Math.log(value) + parameters[at + j] + shared))));
  return {
    initialisation: {
      ...start,
      omega: start.omega.map((value, i) => value * Math.exp(parameters[i] + (i < 2 * d ? omegaB : omegaU))),
      kappa: moved(start.kappa, 4 * d, kappaShared, kappaBounds),
      nu: moved(start.nu, 5 * d, nuShared, nuBounds),
    },
    link: { a: Math.exp(lnA), c },
  };
}

/** From slopes by what an engine takes to slopes by the parameters, with the pull to 0. */
function packed(by: Float64Array, parameters: Float64Array, pull: number, d: number): Float64Array {
  const slopes = new Float64Array(6 * d + 6);
  slopes.set(by.subarray(0, 6 * d));
  const [a, c] = by.subarray(6 * d);
  slopes.set(
    [
      total(by.subarray(4 * d, 5 * d)),
      total(by.subarray(5 * d, 6 * d)),
      a * Math.exp(parameters[6 * d + 2]),
      c,
      total(by.subarray(0, 2 * d)),
      total(by.subarray(2 * d, 4 * d)),
    ],
    6 * d,
  );
  for (let i = 0; i < 6 * d; i++) slopes[i] += 2 * pull * (i < 4 * d ? 1 : shrinkagePull) * parameters[i];
  return slopes;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
