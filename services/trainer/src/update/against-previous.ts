// Whether what would be published is as good as what is in use, on windows that are news to both.
import type { Initialisation, ModelBundle, PeriodFigures } from '@tocsin/schemas';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import { teachingDevice, type DeviceHistory, type TeachingDevice } from '../episodes/teaching-device.ts';
import { difference, judge } from '../evaluation/judge.ts';
import type { Random } from '../random.ts';
import type { Gain } from './gate.ts';
import { judgedEpisodes, judgedOnOf, type JudgedOn } from './judged-episodes.ts';
import type { UpdateInput } from './update-plan.ts';

/** Share of every device's normals, and of its anomalies, that the comparison learns from; it judges on the rest. */
const earlierShare = 2 / 3;
/** The newest windows of a device: its most recent period. */
export const recentWindows = 24;

/** Gain over the bundle in use on windows of one period, and the devices that were judged. */
export type PeriodGain = { period: PeriodFigures['period']; gain: Gain; devices: number };

/**
 * Gains of `learn` over the bundle in use. The bundle in use knows these devices, so a candidate that was learned without
 * them would look worse than it is, and no class with few devices would ever get a better one. Hence the split here is in
 * time: `learn` sees the earlier windows and anomalies of all devices, both adapt to the last of them and are judged on the later ones, and
 * once more on the most recent of these: a fleet that has changed lately shows it there. Where later anomalies are too few,
 * pseudo-anomalies stand in for them, of the size that the bundle in use knows: noise in new windows must not make them easier. A
 * period with too few windows, or with the same windows as the one before, is left out.
 */
export async function gainsOverPrevious(
  previous: ModelBundle,
  devices: readonly TeachingDevice[],
  judgedOn: JudgedOn,
  input: UpdateInput,
  random: Random,
  learn: (devices: readonly TeachingDevice[]) => Promise<Initialisation>,
): Promise<PeriodGain[]> {
  const { spec, plan, supportWindows } = input;
  const cuts = devices.map(({ normals }) => Math.ceil(earlierShare * normals.length));
  const known = devices.map(({ anomalies }) => Math.ceil(earlierShare * anomalies.length));
  const recent = recentStarts(devices, input.devices);
  const [shots] = plan.judgedShots.filter((count) => count <= Math.min(...cuts)).slice(-1);
  const earlier = devices.map(({ deviceId, normals, anomalies }, at) => {
    return { deviceId, normals: normals.slice(0, cuts[at]), anomalies: anomalies.slice(0, known[at]) };
  });
  /** Every device from these places on, with the support before it. */
  const from = (normalsAt: readonly number[], anomaliesAt: readonly number[]): TeachingDevice[] =>
    devices.map(({ deviceId, normals, anomalies }, at) => {
      return { deviceId, normals: normals.slice(normalsAt[at] - shots), anomalies: anomalies.slice(anomaliesAt[at]) };
    });
  const latest = cuts.map((cut, at) => Math.max(cut, recent[at].normals));
  const isNewer = latest.some((start, at) => start > cuts[at]);
  const latestKnown = known.map((start, at) => Math.max(start, recent[at].anomalies));
  const periods: [PeriodGain['period'], TeachingDevice[]][] = [
    ['later', from(cuts, known)],
    ...(isNewer ? [['recent', from(latest, latestKnown)] satisfies [PeriodGain['period'], TeachingDevice[]]] : []),
  ];

  const candidate = await learn(earlier);
  const episodePlan = { spec, shots: [shots], scale: previous.initialisation.scale, queries: plan.queries, kinds: anomalyKinds };
  return periods.flatMap(([period, later]) => {
    const on = judgedOn === 'labels' ? judgedOnOf(later) : judgedOn;
    const episodes = judgedEpisodes(later, devices, on, episodePlan, plan.judgedEpisodes, random);
    if (episodes.length === 0) return [];
    const judged = judge(candidate, episodes, supportWindows);
    const gain = difference(judged, judge(previous.initialisation, episodes, supportWindows));
    return [{ period, gain, devices: new Set(judged.map(({ deviceId }) => deviceId)).size }];
  });
}

/** Places from which on a device's normals, and its anomalies, are of its most recent period. */
function recentStarts(devices: readonly TeachingDevice[], histories: readonly DeviceHistory[]) {
  const newest = new Map(
    histories.map(({ deviceId, windows }) => [deviceId, teachingDevice({ deviceId, windows: windows.slice(-recentWindows) })]),
  );
  return devices.map(({ deviceId, normals, anomalies }) => {
    const { normals: recentNormals = [], anomalies: recentAnomalies = [] } = newest.get(deviceId) ?? {};
    return { normals: normals.length - recentNormals.length, anomalies: anomalies.length - recentAnomalies.length };
  });
}

export function periodFigures({ period, gain, devices }: PeriodGain): PeriodFigures {
  return { period, gain: gain.mean, error: Number.isFinite(gain.error) ? gain.error : null, devices };
}
