// The time of one outer step of a usual size, so that whoever starts a trainer sees what it has to work with. Made-up episodes.
import { flattenHead, type HeadEpisode } from '@tocsin/models';
import { normal, seededRandom, type Random } from '../random.ts';
import type { Engine } from './engine.ts';
import { freshHead } from './fresh-head.ts';

/** Episodes of d features: `shots` support normals, half of `queries` normals and half anomalies. */
export type TrialShape = { d: number; shots: number; queries: number };

export const trialShape: TrialShape = { d: 59, shots: 20, queries: 32 };
const episodes = 32;
/** The first steps compile what they need. */
const steps = 4;
/** What plays a GPU takes seconds for one. */
const secondsMax = 2;

/** Least time of a second-order step of several, in seconds. */
export async function trialStepSeconds(engine: Engine): Promise<number> {
  const random = seededRandom(1);
  const { hidden, innerSteps, innerRate, ...head } = freshHead(trialShape.d, random);
  const drawn = Array.from({ length: episodes }, () => trialEpisode(trialShape, random));
  const pool = engine.heads({ scheme: 'maml', hidden, innerSteps, innerRate }, drawn);
  const parameters = flattenHead({ ...head, hidden });
  let least = Number.POSITIVE_INFINITY;
  try {
    const untilMs = performance.now() + 1000 * secondsMax;
    for (let step = 0; step < steps && (step === 0 || performance.now() < untilMs); step++) {
      const startedMs = performance.now();
      await pool.slopes(parameters, [...drawn.keys()]);
      least = Math.min(least, (performance.now() - startedMs) / 1000);
    }
  } finally {
    pool.dispose();
  }
  return least;
}

/** A made-up episode of a head: nothing to learn in it, only to compute. */
export function trialEpisode({ d, shots, queries }: TrialShape, random: Random): HeadEpisode {
  const values = (length: number, shift = 0): Float64Array => Float64Array.from({ length }, () => shift + normal(random));
  return {
    supportInputs: values(shots * 3 * d),
    supportBase: values(shots, -1),
    queryInputs: values(queries * 3 * d),
    queryBase: values(queries),
    queryLabels: new Uint8Array(queries).fill(1, queries / 2),
  };
}
