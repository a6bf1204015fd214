import { flattenHead, headInnerSteps, metaLoss, queryLoss, unflattenHead, type HeadEpisode } from '@tocsin/models';
import { beforeAll, expect, test } from 'vitest';
import { selectBackend } from '../backend.ts';
import { normal, seededRandom } from '../random.ts';
import { episodeBatch, taskOf } from './episode-batch.ts';
import { firstOrderGradient } from './first-order.ts';
import { metaGradient } from './maml.ts';
import { headSchemes, trainHeadBy } from './train-head-by.ts';

const hidden = 4;
const width = 9;
const random = seededRandom(5);
const values = (length: number, shift = 0): Float64Array => Float64Array.from({ length }, () => shift + 0.5 * normal(random));
const head = { ...unflattenHead(values((width + 2) * hidden + 3), hidden), innerSteps: 3, innerRate: 0.5 };
const episodes = [episodeOf(5, 2, 6), episodeOf(3, 0, 5)];
const flat = flattenHead(head);

function episodeOf(normals: number, anomalies: number, queries: number): HeadEpisode {
  return {
    supportInputs: values(normals * width),
    supportBase: values(normals, -1),
    anomalyInputs: values(anomalies * width, 0.5),
    anomalyBase: values(anomalies, 1),
    queryInputs: values(queries * width, 0.1),
    queryBase: values(queries),
    queryLabels: Uint8Array.from({ length: queries }, (_, row) => row % 2),
  };
}

const mean = (loss: (episode: HeadEpisode) => number): number =>
  episodes.reduce((sum, episode) => sum + loss(episode) / episodes.length, 0);
const difference = (at: (change: number) => number): number => (at(1e-4) - at(-1e-4)) / 2e-4;
const movedAt = (i: number, change: number): Float64Array => flat.map((value, j) => (j === i ? value + change : value));

beforeAll(async () => {
  await selectBackend('cpu');
});

test('Meta-SGD: gradients by every parameter and every rate equal central differences of the float64 reference', async () => {
  const rates = Float64Array.from({ length: width + 3 }, () => Math.exp(0.5 * normal(random)));
  const found = await metaGradient({ ...head, rates }, episodeBatch(episodes.map(taskOf)), 0);
  const lossAt = (vector: Float64Array, factors: Float64Array): number =>
    mean((episode) => metaLoss(unflattenHead(vector, hidden), episode, { ...head, rates: factors }));
  flattenHead(found.gradient).forEach((slope, i) => {
    expect(slope).toBeCloseTo(
      difference((change) => lossAt(movedAt(i, change), rates)),
      4,
    );
  });
  rates.forEach((_, i) => {
    const at = (change: number): number =>
      lossAt(
        flat,
        rates.map((rate, j) => (j === i ? rate * Math.exp(change) : rate)),
      );
    expect(found.rates?.[i]).toBeCloseTo(difference(at), 4);
  });
});

test('rates of 1 are no rates', () => {
  const same = headInnerSteps(head, episodes[0], { ...head, rates: new Float64Array(width + 3).fill(1) });
  expect(flattenHead(same)).toEqual(flattenHead(headInnerSteps(head, episodes[0], head)));
});

test('pooled: the gradient of the query without inner steps', () => {
  const { gradient, loss } = firstOrderGradient('pooled', head, episodes, 0);
  expect(loss).toBeCloseTo(
    mean((episode) => queryLoss(head, episode)),
    10,
  );
  flattenHead({ hidden, ...gradient }).forEach((slope, i) => {
    const at = (change: number): number => mean((episode) => queryLoss(unflattenHead(movedAt(i, change), hidden), episode));
    expect(slope).toBeCloseTo(difference(at), 6);
  });
});

test('first-order MAML: the gradient of the query at the adapted head', () => {
  const { gradient } = firstOrderGradient('fomaml', head, [episodes[0]], 0);
  const adapted = flattenHead(headInnerSteps(head, episodes[0], head));
  flattenHead({ hidden, ...gradient }).forEach((slope, i) => {
    const at = (change: number): number =>
      queryLoss(
        unflattenHead(
          adapted.map((value, j) => (j === i ? value + change : value)),
          hidden,
        ),
        episodes[0],
      );
    expect(slope).toBeCloseTo(difference(at), 6);
  });
});

test('Reptile: a step of rate 1 on one episode ends at its adapted head, whatever the inner rate', () => {
  const { gradient } = firstOrderGradient('reptile', { ...head, innerSteps: 1 }, [episodes[0]], 0);
  const gentle = firstOrderGradient('reptile', { ...head, innerSteps: 1, innerRate: 0.01 }, [episodes[0]], 0);
  gradient.w1.forEach((slope, i) => expect(slope).toBeCloseTo(gentle.gradient.w1[i], 10));
  expect(gradient.a).toBe(0);
});

test.each(headSchemes)('%s: trains, and is the same again with the same seed', async (scheme) => {
  const plan = { steps: 30, tasks: 2, pool: 2, rate: 2e-2, weightDecay: 0, clipNorm: 5 };
  const train = () => trainHeadBy(scheme, head, episodes, plan, seededRandom(3));
  const trained = await train();
  // Reptile learns what is common to a support and its query; the loss after adapting to a support alone may rise.
  if (scheme !== 'reptile') {
    const lossOf = (of: typeof head): number => mean((episode) => metaLoss(of, episode, trained));
    expect(lossOf(trained)).toBeLessThan(lossOf(head));
  }
  expect(flattenHead(await train())).toEqual(flattenHead(trained));
});
