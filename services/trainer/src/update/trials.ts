// Tries a way to learn a class on devices that took no part in the learning.
import type { Initialisation, ModelBundle } from '@tocsin/schemas';
import { drawEpisode, possibleShots, type Episode, type EpisodePlan } from '../episodes/draw-episode.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { judge, type Judgement } from '../evaluation/judge.ts';
import type { Random } from '../random.ts';
import type { Fold } from './folds.ts';
import { learn, type HeadLesson } from './learn.ts';
import type { UpdateInput } from './update-plan.ts';

/**
 * What one fold showed, all on the same episodes. `head` is null where none was tried; `previous` may have seen the devices,
 * the others have not.
 */
export type Trial = {
  heldOut: readonly TeachingDevice[];
  initialisation: Initialisation;
  closedForm: Judgement[];
  head: Judgement[] | null;
  previous: Judgement[] | null;
};

/**
 * Learns from the fold's fleet and judges on its held-out devices, with pseudo-anomalies of the fold's kind alone (and what
 * operators called real). `lesson` leaves that kind out: a head has to find what it was never shown.
 */
export async function tryFold(
  { fleet, heldOut, kind }: Fold,
  all: readonly TeachingDevice[],
  input: UpdateInput,
  inUse: ModelBundle | null,
  lesson: HeadLesson | null,
  random: Random,
): Promise<Trial> {
  const { supportWindows, spec, plan } = input;
  const initialisation = await learn(fleet, input, lesson);
  const episodePlan = { ...plan, spec, scale: initialisation.scale, kinds: [kind] };
  const episodes = episodesOf(heldOut, all, episodePlan, plan.judgedEpisodes, random);
  return {
    heldOut,
    initialisation,
    closedForm: judge({ ...initialisation, head: null }, episodes, supportWindows),
    head: initialisation.head && judge(initialisation, episodes, supportWindows),
    previous: inUse && judge(inUse.initialisation, episodes, supportWindows),
  };
}

/** `count` episodes of every device that has the windows for one. */
export function episodesOf(
  devices: readonly TeachingDevice[],
  fleet: readonly TeachingDevice[],
  plan: EpisodePlan,
  count: number,
  random: Random,
): Episode[] {
  const able = devices.filter((device) => possibleShots(device, plan.shots).length > 0);
  return able.flatMap((device) => Array.from({ length: count }, () => drawEpisode(device, fleet, plan, random)));
}
