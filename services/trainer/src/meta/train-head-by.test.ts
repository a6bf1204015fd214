import { flattenHead, metaLoss, prototypeHead, queryLoss, unflattenHead } from '@tocsin/models';
import { expect, test } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { drawnEpisodes } from './drawn-episodes.fixture.ts';
import { headSchemes } from './engine.ts';
import { createSimdEngine } from './simd/simd-engine.ts';
import { trainHeadBy } from './train-head-by.ts';
import { trainPrototypes } from './train-prototypes.ts';

const width = 9;
const random = seededRandom(5);
const values = Float64Array.from({ length: (width + 2) * 4 + 3 }, () => 0.5 * normal(random));
const head = { ...unflattenHead(values, 4), innerSteps: 3, innerRate: 0.5 };
const episodes = drawnEpisodes(random, 2, width);
const plan = { steps: 30, tasks: 2, pool: 2, rate: 2e-2, weightDecay: 0, clipNorm: 5 };
const engine = createSimdEngine();
const mean = (loss: (at: number) => number): number => (loss(0) + loss(1)) / 2;

test.each(headSchemes)('%s: trains, and is the same again with the same seed', async (scheme) => {
  const train = () => trainHeadBy(engine, scheme, head, episodes, plan, seededRandom(3));
  const trained = await train();
  // Reptile learns what is common to a support and its query; the loss after adapting to a support alone may rise.
  if (scheme !== 'reptile') {
    const lossOf = (of: typeof head): number => mean((at) => metaLoss(of, episodes[at], trained));
    expect(lossOf(trained)).toBeLessThan(lossOf(head));
  }
  expect(flattenHead(await train())).toEqual(flattenHead(trained));
});

test('prototypes: trains, and is the same again with the same seed', async () => {
  const train = () => trainPrototypes(engine, head, episodes, plan, seededRandom(3));
  const trained = await train();
  const { prototypes } = trained;
  if (prototypes === undefined) throw new Error('no prototypes');
  expect(mean((at) => queryLoss(prototypeHead(trained, prototypes, episodes[at]), episodes[at]))).toBeLessThan(
    mean((at) => queryLoss(prototypeHead(head, { ...prototypes, gain: 0 }, episodes[at]), episodes[at])),
  );
  expect(flattenHead(await train())).toEqual(flattenHead(trained));
});
