import {
  addHeadGradient,
  emptyHeadGradient,
  flattenHead,
  headInnerSteps,
  metaLoss,
  queryLoss,
  unflattenHead,
} from '@tocsin/models';
import { expect, test } from 'vitest';
import { normal, seededRandom } from '../../random.ts';
import { drawnEpisode, drawnEpisodes } from '../drawn-episodes.fixture.ts';
import type { HeadScheme, Slopes } from '../engine.ts';
import { slopesError } from '../self-test.ts';
import { createSimdEngine } from './simd-engine.ts';

const hidden = 4;
const width = 9;
const random = seededRandom(5);
const plan = { innerSteps: 3, innerRate: 0.5 };
const episodes = [drawnEpisode(random, width, 5, 2, 6), drawnEpisode(random, width, 3, 0, 5)];
const flat = Float64Array.from({ length: (width + 2) * hidden + 3 }, () => 0.5 * normal(random));
const head = unflattenHead(flat, hidden);
const engine = createSimdEngine();

function slopesOf(scheme: HeadScheme, pool = episodes, parameters: Float64Array = flat, steps = plan): Promise<Slopes> {
  const opened = engine.heads({ scheme, hidden, ...steps }, pool);
  return opened.slopes(parameters, [...pool.keys()]).finally(() => opened.dispose());
}

const mean = (loss: (at: number) => number): number => episodes.reduce((sum, _, at) => sum + loss(at) / episodes.length, 0);
/** By every parameter, central differences of the float64 reference. */
function differences(loss: (vector: Float64Array) => number, at: Float64Array = flat): Float64Array {
  const moved = (i: number, change: number): Float64Array => at.map((value, j) => (j === i ? value + change : value));
  return at.map((_, i) => (loss(moved(i, 1e-4)) - loss(moved(i, -1e-4))) / 2e-4);
}

test('maml: loss and slopes after the inner steps', async () => {
  const { loss, slopes } = await slopesOf('maml');
  const lossAt = (vector: Float64Array): number => mean((at) => metaLoss(unflattenHead(vector, hidden), episodes[at], plan));
  expect(loss).toBeCloseTo(lossAt(flat), 6);
  expect(slopesError(slopes, differences(lossAt))).toBeLessThan(1e-4);
});

test('pooled: the slopes of the query without inner steps', async () => {
  const { loss, slopes } = await slopesOf('pooled');
  const lossAt = (vector: Float64Array): number => mean((at) => queryLoss(unflattenHead(vector, hidden), episodes[at]));
  expect(loss).toBeCloseTo(lossAt(flat), 6);
  expect(slopesError(slopes, differences(lossAt))).toBeLessThan(1e-4);
});

test('first-order MAML: the slopes of the query at the adapted head', async () => {
  const { slopes } = await slopesOf('fomaml', [episodes[0]]);
  const adapted = flattenHead(headInnerSteps(head, episodes[0], plan));
  expect(
    slopesError(
      slopes,
      differences((vector) => queryLoss(unflattenHead(vector, hidden), episodes[0]), adapted),
    ),
  ).toBeLessThan(1e-4);
});

test('Reptile: slopes lead to what inner steps on support and query together lead to; a and c stay', async () => {
  const step = emptyHeadGradient(head);
  const rows = (wanted: number) => [...episodes[0].queryLabels.keys()].filter((row) => episodes[0].queryLabels[row] === wanted);
  const sideOf = (inputs: Float64Array, base: Float64Array, wanted: number) => ({
    inputs: Float64Array.of(
      ...inputs,
      ...rows(wanted).flatMap((row) => [...episodes[0].queryInputs.subarray(row * width, (row + 1) * width)]),
    ),
    base: Float64Array.of(...base, ...rows(wanted).map((row) => episodes[0].queryBase[row])),
  });
  const { supportInputs, supportBase, anomalyInputs = supportInputs, anomalyBase = supportBase } = episodes[0];
  const [normals, anomalies] = [sideOf(supportInputs, supportBase, 0), sideOf(anomalyInputs, anomalyBase, 1)];
  addHeadGradient(step, head, normals.inputs, normals.base, 1);
  addHeadGradient(step, head, anomalies.inputs, anomalies.base, -1);
  const { slopes } = await slopesOf('reptile', [episodes[0]], flat, { innerSteps: 1, innerRate: 0.5 });
  expect(slopesError(slopes, flattenHead({ hidden, ...step, a: 0, c: 0 }))).toBeLessThan(1e-4);
});

test('episodes weigh the same, whichever and however many are chosen', async () => {
  const pool = drawnEpisodes(random, 70, width);
  const opened = engine.heads({ scheme: 'maml', hidden, ...plan }, pool);
  const whole = await opened.slopes(flat, [...pool.keys()]);
  const each = new Float64Array(flat.length);
  for (const at of pool.keys()) {
    const { slopes } = await opened.slopes(flat, [at]);
    slopes.forEach((slope, i) => (each[i] += slope / pool.length));
  }
  opened.dispose();
  expect(slopesError(whole.slopes, each)).toBeLessThan(1e-5);
});

test('hidden units need not be a multiple of four', async () => {
  const odd = Float64Array.from({ length: (width + 2) * 3 + 3 }, () => 0.5 * normal(random));
  const opened = engine.heads({ scheme: 'maml', hidden: 3, ...plan }, episodes);
  const { slopes } = await opened.slopes(odd, [0, 1]).finally(() => opened.dispose());
  const lossAt = (vector: Float64Array): number => mean((at) => metaLoss(unflattenHead(vector, 3), episodes[at], plan));
  expect(slopesError(slopes, differences(lossAt, odd))).toBeLessThan(1e-4);
});

test('a loss that is not finite is an error', async () => {
  await expect(
    slopesOf(
      'maml',
      episodes,
      flat.map(() => Number.NaN),
    ),
  ).rejects.toThrow('loss: NaN, expected a finite number');
});
