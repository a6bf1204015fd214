// Whether an engine's slopes are right: per parameter, against float64 references. Run at every start, because a backend may be
// silently wrong.
import { metaLoss, prototypeHead, queryLoss, unflattenHead, type HeadEpisode } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { normal, seededRandom, type Random } from '../random.ts';
import type { Engine } from './engine.ts';
import type { WeightEpisode } from './weight-episode.ts';
import { addWeightGradient, emptyWeightGradient } from './weight-gradient.ts';

const hidden = 4;
const width = 9;
const d = 5;
const plan = { innerSteps: 3, innerRate: 0.5 };
const prototypeWeight = 2;
/** Step of the central differences; their own error is of the order of its square. */
const step = 1e-4;

/**
 * Largest error of any slope, as a share of that slope or, where that is small, of a hundredth of the largest one; of second-order
 * heads with inner rates, of prototypes and of the closed form's weights. Float32 stays under 1e-4; a wrong second-order term shows as
 * 1e-2 or more.
 */
export async function selfTestError(engine: Engine): Promise<number> {
  const random = seededRandom(7);
  // Different shapes: what pads one of them must not count.
  const episodes = [randomEpisode(random, 5, 0, 6), randomEpisode(random, 3, 2, 4), randomEpisode(random, 1, 0, 4)];
  return Math.max(
    await headError(engine, episodes, random),
    await prototypeError(engine, episodes, random),
    await weightError(engine, random),
  );
}

async function headError(engine: Engine, episodes: readonly HeadEpisode[], random: Random): Promise<number> {
  const size = (width + 2) * hidden + 3;
  const parameters = Float64Array.from({ length: size + width + 3 }, (_, i) =>
    i < size ? 0.5 * normal(random) : Math.exp(0.3 * normal(random)),
  );
  const expected = centralDifferences(parameters, (vector) => {
    const rates = vector.slice(size);
    const head = unflattenHead(vector.slice(0, size), hidden);
    return mean(episodes, (episode) => metaLoss(head, episode, { ...plan, rates }));
  });
  const byLogarithm = expected.map((slope, i) => (i < size ? slope : slope * parameters[i]));
  const pool = engine.heads({ scheme: 'meta-sgd', hidden, ...plan }, episodes);
  return errorOf(pool, parameters, episodes.length, byLogarithm);
}

async function prototypeError(engine: Engine, episodes: readonly HeadEpisode[], random: Random): Promise<number> {
  const size = (width + 2) * hidden + 3;
  const parameters = Float64Array.from({ length: size + 2 * hidden + 1 }, () => 0.5 * normal(random));
  const expected = centralDifferences(parameters, (vector) => {
    const [at, last] = [size + hidden, size + 2 * hidden];
    const prototypes = {
      normal: vector.slice(size, at),
      anomaly: vector.slice(at, last),
      gain: Math.exp(vector[last]),
      weight: prototypeWeight,
    };
    const head = unflattenHead(vector.slice(0, size), hidden);
    return mean(episodes, (episode) => queryLoss(prototypeHead(head, prototypes, episode), episode));
  });
  return errorOf(engine.prototypes({ hidden, weight: prototypeWeight }, episodes), parameters, episodes.length, expected);
}

async function weightError(engine: Engine, random: Random): Promise<number> {
  const start = randomInitialisation(random);
  const episodes = [
    weightEpisodeOf(start, random, 6, 4, 3),
    weightEpisodeOf(start, random, 1, 5, 2),
    weightEpisodeOf(start, random, 0, 3, 3),
  ];
  const gradient = emptyWeightGradient(d);
  const link = { a: 1.3, c: -0.4 };
  for (const episode of episodes) addWeightGradient(start, link, episode, 1 / episodes.length, gradient);
  const parameters = Float64Array.of(...start.omega, ...start.kappa, ...start.nu, link.a, link.c);
  const expected = Float64Array.of(...gradient.omega, ...gradient.kappa, ...gradient.nu, gradient.a, gradient.c);
  return errorOf(engine.weights(start, episodes), parameters, episodes.length, expected);
}

async function errorOf(
  pool: ReturnType<Engine['weights']>,
  parameters: Float64Array,
  episodes: number,
  expected: Float64Array,
): Promise<number> {
  const { slopes } = await pool.slopes(parameters, [...Array(episodes).keys()]).finally(() => pool.dispose());
  return slopesError(slopes, expected);
}

/** Largest difference of slopes, as a share of the slope expected or of a hundredth of the largest one. Infinity where one is not a number. */
export function slopesError(slopes: Float64Array, expected: Float64Array): number {
  const floor = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 100;
  return slopes.reduce((worst, value, i) => {
    const error = Math.abs(value - expected[i]) / Math.max(floor, Math.abs(expected[i]));
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
}

function centralDifferences(at: Float64Array, loss: (vector: Float64Array) => number): Float64Array {
  return at.map((_, i) => {
    const [ahead, behind] = [step, -step].map((change) => loss(at.map((value, j) => (j === i ? value + change : value))));
    return (ahead - behind) / (2 * step);
  });
}

function mean<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item) / items.length, 0);
}

function randomEpisode(random: Random, normals: number, anomalies: number, queries: number): HeadEpisode {
  const rows = (count: number, shift: number): Float64Array => Float64Array.from({ length: count }, () => shift + normal(random));
  return {
    supportInputs: rows(normals * width, 0),
    supportBase: rows(normals, -1),
    anomalyInputs: rows(anomalies * width, 0.5),
    anomalyBase: rows(anomalies, 1),
    queryInputs: rows(queries * width, 0.2),
    queryBase: rows(queries, 0),
    queryLabels: Uint8Array.from({ length: queries }, (_, row) => row % 2),
  };
}

/** Feature 2 does not vary: nothing may depend on it. */
function randomInitialisation(random: Random): Initialisation {
  const positive = (length: number): Float64Array => Float64Array.from({ length }, () => Math.exp(0.5 * normal(random)));
  const location = new Float64Array(d);
  const scale = new Float64Array(d).fill(1).fill(0, 2, 3);
  const whitening = Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0.3 * normal(random)));
  const [m0, within, between] = [new Float64Array(d), positive(d), positive(d)];
  return {
    d,
    location,
    scale,
    m0,
    within,
    between,
    whitening,
    kappa: positive(d),
    nu: positive(d),
    omega: positive(4 * d),
    head: null,
  };
}

function weightEpisodeOf(
  { m0, within, scale }: Initialisation,
  random: Random,
  shots: number,
  normals: number,
  anomalies: number,
): WeightEpisode {
  const [sum, squares] = [new Float64Array(d), new Float64Array(d)];
  const value = (j: number, shift = 0): number => (scale[j] === 0 ? m0[j] : shift + normal(random));
  for (let k = 0; k < shots; k++) {
    for (let j = 0; j < d; j++) {
      const x = value(j);
      sum[j] += x;
      squares[j] += x * x;
    }
  }
  const labels = new Uint8Array(normals + anomalies).fill(1, normals);
  const queries = Float64Array.from({ length: labels.length * d }, (_, at) => value(at % d, labels[Math.floor(at / d)] * 1.5));
  return { shots, sum, squares, queries, labels, m0, within };
}
