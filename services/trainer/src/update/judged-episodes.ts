// Episodes that candidates are judged on: held-out devices, and real anomalies where there are enough of them to speak.
import type { CandidateFigures } from '@tocsin/schemas';
import { drawEpisode, minQueries, possibleShots, type Episode, type EpisodePlan } from '../episodes/draw-episode.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { integer, sample, type Random } from '../random.ts';
import { isLabelled } from './folds.ts';

export type JudgedOn = CandidateFigures['judgedOn'];

/** Real anomalies judge where so many devices have some, or all of at least two, and there are so many of them. */
const labelledDevices = 3;
const labelledWindows = 10;
/** Query windows of each side where they need not be made up. */
const realQueries = 48;
/** Episodes of devices that are held out together, about: of many each has fewer, but one for every support size. */
const episodesMax = 1000;

export function judgedOnOf(devices: readonly TeachingDevice[]): JudgedOn {
  const labelled = devices.filter(isLabelled);
  const windows = labelled.reduce((sum, { anomalies }) => sum + anomalies.length, 0);
  const isEnough = labelled.length >= Math.max(2, Math.min(labelledDevices, devices.length)) && windows >= labelledWindows;
  return isEnough ? 'labels' : 'pseudo-anomalies';
}

/**
 * `count` episodes of every device that has the windows for one, fewer where those are many. On labels: only of devices with known
 * anomalies, and with no others; supports start with the device's first window, as on the live path, then anywhere. Else with made-up ones only.
 */
export function judgedEpisodes(
  devices: readonly TeachingDevice[],
  fleet: readonly TeachingDevice[],
  judgedOn: JudgedOn,
  plan: EpisodePlan,
  count: number,
  random: Random,
): Episode[] {
  const able = devices.filter((device) => possibleShots(device, plan.shots).length > 0);
  const judging = judgedOn === 'labels' ? able.filter(isLabelled) : able;
  const each = Math.min(count, Math.max(plan.shots.length, Math.floor(episodesMax / judging.length)));
  const times = Array.from({ length: each }, (_, at) => at);
  if (judgedOn === 'labels') return judging.flatMap((device) => times.map((at) => realEpisode(device, plan.shots, at, random)));
  return judging.flatMap((device) => times.map(() => drawEpisode({ ...device, anomalies: [] }, fleet, plan, random)));
}

function realEpisode(device: TeachingDevice, shots: readonly number[], at: number, random: Random): Episode {
  const { deviceId, normals, anomalies } = device;
  const possible = possibleShots(device, shots);
  const k = possible[at % possible.length];
  const start = at < possible.length ? 0 : integer(random, 0, normals.length - k - minQueries);
  return {
    deviceId,
    support: normals.slice(start, start + k),
    normals: sample(random, normals.slice(start + k), realQueries),
    anomalies: sample(random, anomalies, realQueries),
  };
}
