// Everything that can be learned from the same devices. What recipes share, as the base under a head, is learned once.
import { startNu } from '@tocsin/models';
import type { Initialisation, Regimes } from '@tocsin/schemas';
import { ableDevices } from '../episodes/draw-labelled-episode.ts';
import type { AnomalyKind } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { fitTeaching, ownVarianceNu } from '../learners/empirical-bayes.ts';
import { fitHead } from '../learners/headed-bayes.ts';
import { devicesInRegimes } from '../learners/in-regimes.ts';
import { withOwnScale } from '../learners/own-scale.ts';
import { fitWeighted, learnerShots, type Weighted } from '../learners/weighted-bayes.ts';
import type { Engine } from '../meta/engine.ts';
import type { OnStep } from '../meta/outer-plan.ts';
import { seededRandom } from '../random.ts';
import { schemeOf, type BaseName, type HeadName, type Recipe } from './recipe.ts';
import type { UpdateInput } from './update-plan.ts';

export type Lesson = {
  /** Learns a recipe; a head without a device that could teach it is left out. */
  learn(recipe: Recipe): Promise<Initialisation>;
};

/**
 * `kinds`: pseudo-anomalies that may be learned from. Each part is drawn from `seed` alone, whatever else is learned. Where the class
 * has operating regimes everything is learned as they map it, starting from those of `inUse`.
 */
export function createLesson(
  engine: Engine,
  devices: readonly TeachingDevice[],
  { spec, plan }: Pick<UpdateInput, 'spec' | 'plan'>,
  kinds: readonly AnomalyKind[],
  seed: number,
  onStep: OnStep,
  inUse?: Regimes,
): Lesson {
  const d = spec.elements.length;
  const { fleet, take } = devicesInRegimes(devices, spec, inUse);
  const bases = new Map<BaseName, Weighted>();
  let statistics: Initialisation | null = null;
  const startOf = (nu: number): Initialisation => {
    statistics ??= fitTeaching(fleet, d);
    return { ...statistics, nu: new Float64Array(d).fill(nu) };
  };
  const plain = async (nu: number): Promise<Weighted> => ({ initialisation: startOf(nu), link: { a: 1, c: 0 } });
  const weighted = (nu: number): Promise<Weighted> =>
    fitWeighted(engine, fleet, spec, seededRandom(seed), startOf(nu), plan.weights, kinds, onStep);
  const withOwn = ({ initialisation, link }: Weighted, share?: number): Weighted => ({
    initialisation: withOwnScale(initialisation, share),
    link,
  });
  const fits: Readonly<Record<BaseName, () => Promise<Weighted>>> = {
    own: async () => withOwn(await baseOf('eb'), 1),
    eb: () => plain(startNu),
    'eb-own-variance': () => plain(ownVarianceNu),
    'eb-mw': () => weighted(startNu),
    'eb-mw-own-variance': () => weighted(ownVarianceNu),
    'eb-own': async () => withOwn(await baseOf('eb-mw')),
  };
  const baseOf = async (name: BaseName): Promise<Weighted> => {
    const base = bases.get(name) ?? (await fits[name]());
    bases.set(name, base);
    return base;
  };
  const headOf = (name: HeadName, base: Weighted): Promise<Initialisation> =>
    fitHead(engine, schemeOf(name), base, fleet, spec, seededRandom(seed + 1), plan.outer, onStep);
  const isAble = ableDevices(fleet, learnerShots).length > 0;
  return {
    async learn({ base, head }) {
      const below = await baseOf(base);
      return take(head === null || !isAble ? below.initialisation : await headOf(head, below));
    },
  };
}
