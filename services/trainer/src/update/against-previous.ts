// Whether what would be published is as good as what is in use, on windows that are news to both.
import type { Initialisation, ModelBundle } from '@tocsin/schemas';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { difference, judge } from '../evaluation/judge.ts';
import type { Random } from '../random.ts';
import type { Gain } from './gate.ts';
import { judgedEpisodes, judgedOnOf, type JudgedOn } from './judged-episodes.ts';
import type { UpdateInput } from './update-plan.ts';

/** Share of every device's normals, and of its anomalies, that the comparison learns from; it judges on the rest. */
const earlierShare = 2 / 3;

/**
 * Gain of `learn` over the bundle in use. The bundle in use knows these devices, so a candidate that was learned without
 * them would look worse than it is, and no class with few devices would ever get a better one. Hence the split here is in
 * time: `learn` sees the earlier windows and anomalies of all devices, both adapt to the last of them and are judged on the later ones.
 * Where later anomalies are too few, pseudo-anomalies stand in for them, of the size that the bundle in use knows: noise in new windows must not make them easier. Null where
 * there are too few windows for that.
 */
export async function gainOverPrevious(
  previous: ModelBundle,
  devices: readonly TeachingDevice[],
  judgedOn: JudgedOn,
  input: UpdateInput,
  random: Random,
  learn: (devices: readonly TeachingDevice[]) => Promise<Initialisation>,
): Promise<Gain | null> {
  const { spec, plan, supportWindows } = input;
  const cuts = devices.map(({ normals }) => Math.ceil(earlierShare * normals.length));
  const known = devices.map(({ anomalies }) => Math.ceil(earlierShare * anomalies.length));
  const earlier = devices.map(({ deviceId, normals, anomalies }, at) => {
    return { deviceId, normals: normals.slice(0, cuts[at]), anomalies: anomalies.slice(0, known[at]) };
  });
  const candidate = await learn(earlier);
  const shots = plan.judgedShots.filter((count) => count <= Math.min(...cuts)).slice(-1);
  const later = devices.map(({ deviceId, normals, anomalies }, at) => {
    return { deviceId, normals: normals.slice(cuts[at] - shots[0]), anomalies: anomalies.slice(known[at]) };
  });
  const on = judgedOn === 'labels' ? judgedOnOf(later) : judgedOn;
  const episodePlan = { spec, shots, scale: previous.initialisation.scale, queries: plan.queries, kinds: anomalyKinds };
  const episodes = judgedEpisodes(later, devices, on, episodePlan, plan.judgedEpisodes, random);
  if (episodes.length === 0) return null;
  return difference(judge(candidate, episodes, supportWindows), judge(previous.initialisation, episodes, supportWindows));
}
