// Candidates against each other on devices that took no part in learning them, all on the same episodes.
import type { CandidateFigures, Initialisation } from '@tocsin/schemas';
import type { Episode } from '../episodes/draw-episode.ts';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { difference, judge, meanAuroc, type Judgement } from '../evaluation/judge.ts';
import type { OnStep } from '../meta/outer-plan.ts';
import type { Engine } from '../meta/engine.ts';
import { seededRandom } from '../random.ts';
import type { Fold } from './folds.ts';
import { judgedEpisodes, type JudgedOn } from './judged-episodes.ts';
import { createLesson, type Lesson } from './lesson.ts';
import { learnerOf, type Recipe } from './recipe.ts';
import type { UpdateInput } from './update-plan.ts';

/** A recipe, what came of it in each fold, and how that did on the fold's held-out devices. */
export type Candidate = { recipe: Recipe; initialisations: readonly Initialisation[]; judgements: readonly Judgement[] };

export type Contest = {
  judgedOn: JudgedOn;
  rate(recipe: Recipe): Promise<Candidate>;
  /** Judges what is there already, e.g. the bundle in use, which may have seen the devices. */
  judgeAll(initialisationOf: (fold: number) => Initialisation): Judgement[];
};

/** Far apart, so that everything that is drawn is drawn anew. */
const seeds = { lesson: 1000, episodes: 2000 };

/**
 * Without labels a fold learns from all kinds of pseudo-anomalies but its own and is judged on that: a candidate has to find what
 * it was never shown (docs/decisions/0007).
 */
export async function openContest(
  engine: Engine,
  folds: readonly Fold[],
  devices: readonly TeachingDevice[],
  judgedOn: JudgedOn,
  input: UpdateInput,
  onStep: OnStep,
): Promise<Contest> {
  const { spec, plan, supportWindows } = input;
  const rounds: { lesson: Lesson; episodes: Episode[] }[] = [];
  for (const [at, { fleet, heldOut, kind }] of folds.entries()) {
    const kinds = anomalyKinds.filter((one) => one !== kind);
    const lesson = createLesson(engine, fleet, input, kinds, input.seed + seeds.lesson + 10 * at, onStep);
    const { scale } = await lesson.learn({ base: 'eb', head: null });
    const random = seededRandom(input.seed + seeds.episodes + at);
    const episodePlan = { spec, scale, shots: plan.judgedShots, queries: plan.queries, kinds: [kind] };
    rounds.push({ lesson, episodes: judgedEpisodes(heldOut, devices, judgedOn, episodePlan, plan.judgedEpisodes, random) });
  }
  return {
    judgedOn,
    async rate(recipe) {
      const initialisations: Initialisation[] = [];
      const judgements: Judgement[] = [];
      for (const { lesson, episodes } of rounds) {
        const initialisation = await lesson.learn(recipe);
        initialisations.push(initialisation);
        judgements.push(...judge(initialisation, episodes, supportWindows));
      }
      return { recipe, initialisations, judgements };
    },
    judgeAll: (initialisationOf) =>
      rounds.flatMap(({ episodes }, fold) => judge(initialisationOf(fold), episodes, supportWindows)),
  };
}

/** What is published of the candidates; gains are over the first of them. */
export function figuresOf(candidates: readonly Candidate[], judgedOn: JudgedOn): CandidateFigures[] {
  return candidates.map(({ recipe, judgements }) => {
    const { mean, error } = difference(judgements, candidates[0].judgements);
    return {
      learner: learnerOf(recipe),
      auroc: meanAuroc(judgements),
      gain: judgements.length === 0 ? 0 : mean,
      error: Number.isFinite(error) ? error : null,
      devices: new Set(judgements.map(({ deviceId }) => deviceId)).size,
      judgedOn,
    };
  });
}
