import type { Initialisation } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { choose } from './choose.ts';
import type { Candidate, Contest } from './contest.ts';
import { learnerOf, type Recipe } from './recipe.ts';
import { defaultUpdatePlan } from './update-plan.ts';

const none: readonly Initialisation[] = [];
/** A contest whose outcome is known: AUROC by base, and what a head adds; the same on each of four devices. */
function contestOf(judgedOn: Contest['judgedOn'], by: Partial<Record<string, number>>): Contest {
  const auroc = ({ base, head }: Recipe) => (by[base] ?? 0.8) + (head === null ? 0 : (by[head] ?? 0));
  return {
    judgedOn,
    judgeAll: () => [],
    rate: async (recipe): Promise<Candidate> => ({
      recipe,
      initialisations: none,
      judgements: [0, 1, 2, 3].map((device) => ({ deviceId: `d${device}`, auroc: auroc(recipe) })),
    }),
  };
}
const fleet = Array.from({ length: 8 }, (_, i) => ({ deviceId: `d${i}`, normals: [], anomalies: [new Float32Array(1)] }));
const chosenOf = async (contest: Contest, learner: Parameters<typeof choose>[2]['learner'] = 'auto', devices = fleet) => {
  const { chosen, tried } = await choose(contest, devices, { learner, plan: defaultUpdatePlan });
  return { chosen: chosen.recipe, tried: tried.map(({ recipe }) => learnerOf(recipe)) };
};

describe('with labels', () => {
  test('everything ties: the simplest prior, and nothing is put on top', async () => {
    const { chosen, tried } = await chosenOf(contestOf('labels', {}));
    expect(chosen).toEqual({ base: 'eb', head: null });
    expect(tried.slice(0, 4)).toEqual(['eb', 'eb-mw', 'eb-own', 'own']);
  });

  test('the prior loses: none, but only where it clearly does', async () => {
    expect((await chosenOf(contestOf('labels', { own: 0.95 }))).chosen).toEqual({ base: 'own', head: null });
    expect((await chosenOf(contestOf('labels', { own: 0.809 }))).chosen).toEqual({ base: 'eb', head: null });
  });

  test('weights are worth their trouble where they clearly help', async () => {
    expect((await chosenOf(contestOf('labels', { 'eb-mw': 0.809 }))).chosen.base).toBe('eb');
    expect((await chosenOf(contestOf('labels', { 'eb-mw': 0.83, own: 0.835 }))).chosen.base).toBe('eb-mw');
  });

  test('heads are tried on the base that won, and the simplest good one is kept', async () => {
    const heads = { 'head-prototypes': 0.03, 'head-meta-sgd': 0.035, 'head-pooled': 0.039 };
    const { chosen } = await chosenOf(contestOf('labels', { 'eb-own': 0.9, ...heads }));
    expect(chosen).toEqual({ base: 'eb-own', head: 'head-prototypes' });
  });

  test('a head that loses to its base is not kept, and few labelled devices try none', async () => {
    const contest = contestOf('labels', { 'eb-mw': 0.9, 'head-prototypes': -0.1, 'head-meta-sgd': -0.1, 'head-pooled': -0.1 });
    expect((await chosenOf(contest)).chosen).toEqual({ base: 'eb-mw', head: null });
    const { tried } = await chosenOf(contestOf('labels', { 'eb-mw': 0.9 }), 'auto', fleet.slice(0, 7));
    expect(tried).toEqual(['eb', 'eb-mw', 'eb-own', 'own']);
  });
});

describe('without labels', () => {
  test('learned weights unless something simpler clearly beats them, and never a head', async () => {
    const { chosen, tried } = await chosenOf(contestOf('pseudo-anomalies', { eb: 0.805, own: 0.7 }));
    expect(chosen).toEqual({ base: 'eb-own', head: null });
    expect(tried).toEqual(['eb-own', 'own']);
  });

  test('what loses to per-device scratch is not chosen', async () => {
    expect((await chosenOf(contestOf('pseudo-anomalies', { 'eb-own': 0.6, own: 0.8 }))).chosen.base).toBe('own');
    expect((await chosenOf(contestOf('pseudo-anomalies', { 'eb-own': 0.805, own: 0.81 }))).chosen.base).toBe('eb-own');
  });
});

test('a learner that was asked for meets nobody', async () => {
  const { chosen, tried } = await chosenOf(contestOf('labels', { own: 1 }), 'head-meta-sgd');
  expect(chosen).toEqual({ base: 'eb-mw', head: 'head-meta-sgd' });
  expect(tried).toEqual(['head-meta-sgd']);
});
