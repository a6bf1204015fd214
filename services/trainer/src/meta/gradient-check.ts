// Whether a backend's meta-gradient is right: per parameter, against central differences of the float64 reference. Run at
// every start, because a backend may be silently wrong.
import { flattenHead, metaLoss, unflattenHead, type HeadEpisode } from '@tocsin/models';
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { normal, seededRandom, type Random } from '../random.ts';
import { episodeBatch, taskOf } from './episode-batch.ts';
import { metaGradient } from './maml.ts';

const hidden = 4;
const width = 9;
const weightDecay = 3e-3;
/** Step of the central differences; their own error is of the order of its square. */
const step = 1e-4;

/**
 * Largest error of any parameter's gradient on the backend in use, as a share of that gradient or, where that is small, of
 * a hundredth of the largest one. Float32 stays under 1e-4; a wrong second-order term shows as 1e-2 or more.
 */
export async function gradientError(): Promise<number> {
  const random = seededRandom(7);
  const head = { ...randomHead(random), innerSteps: 3, innerRate: 0.5 };
  const episodes = [randomEpisode(random, 5, 0, 6), randomEpisode(random, 3, 2, 4)];
  const { gradient } = await metaGradient(head, episodeBatch(episodes.map(taskOf)), weightDecay);
  const expected = centralDifferences(head, episodes);
  const floor = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 100;
  return flattenHead(gradient).reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - expected[i]) / Math.max(floor, Math.abs(expected[i]))),
    0,
  );
}

function centralDifferences(head: HeadParameters & HeadPlan, episodes: readonly HeadEpisode[]): Float64Array {
  const flat = flattenHead(head);
  const loss = (vector: Float64Array): number => {
    const moved = unflattenHead(vector, hidden);
    const squares = [...moved.w1, ...moved.w2].reduce((sum, value) => sum + value * value, 0);
    return episodes.reduce((sum, episode) => sum + metaLoss(moved, episode, head) / episodes.length, weightDecay * squares);
  };
  return flat.map((_, i) => {
    const [ahead, behind] = [step, -step].map((change) => loss(flat.map((value, j) => (j === i ? value + change : value))));
    return (ahead - behind) / (2 * step);
  });
}

function randomHead(random: Random): HeadParameters {
  const values = Float64Array.from({ length: (width + 2) * hidden + 3 }, () => 0.5 * normal(random));
  return unflattenHead(values, hidden);
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
