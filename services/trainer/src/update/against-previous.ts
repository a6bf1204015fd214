// Whether what would be published is as good as what is in use, on windows that are news to both.
import type { Initialisation, ModelBundle } from '@tocsin/schemas';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { difference, judge } from '../evaluation/judge.ts';
import type { Random } from '../random.ts';
import type { Gain } from './gate.ts';
import { episodesOf } from './trials.ts';
import type { UpdateInput } from './update-plan.ts';

/** Share of every device's windows that the comparison learns from; it judges on the rest. */
const earlierShare = 2 / 3;

/**
 * Gain of `learn` over the bundle in use. The bundle in use knows these devices, so a candidate that was learned without
 * them would look worse than it is, and no class with few devices would ever get a better one. Hence the split here is in
 * time: `learn` sees the earlier windows of all devices, both adapt to the last of them and are judged on the later ones.
 * Pseudo-anomalies are of the size that the bundle in use knows: noise in new windows must not make them easier. Null where
 * there are too few windows for that.
 */
export async function gainOverPrevious(
  previous: ModelBundle,
  devices: readonly TeachingDevice[],
  input: UpdateInput,
  random: Random,
  learn: (devices: readonly TeachingDevice[]) => Promise<Initialisation>,
): Promise<Gain | null> {
  const { spec, plan, supportWindows } = input;
  const cuts = devices.map(({ normals }) => Math.ceil(earlierShare * normals.length));
  const candidate = await learn(devices.map((device, at) => ({ ...device, normals: device.normals.slice(0, cuts[at]) })));
  const shots = plan.shots.filter((count) => count <= Math.min(...cuts)).slice(-1);
  const later = devices.map((device, at) => ({ ...device, normals: device.normals.slice(cuts[at] - shots[0]) }));
  const episodePlan = { ...plan, spec, shots, scale: previous.initialisation.scale, kinds: anomalyKinds };
  const episodes = episodesOf(later, devices, episodePlan, plan.judgedEpisodes, random);
  if (episodes.length === 0) return null;
  return difference(judge(candidate, episodes, supportWindows), judge(previous.initialisation, episodes, supportWindows));
}
