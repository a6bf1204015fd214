// How many of a device's windows are out of the ordinary by what is usual among the others, once a model has adapted to it. Pure.
import { adapt, scoreWindows } from '@tocsin/models';
import { minQueries } from '../episodes/draw-episode.ts';
import { supportOf } from '../episodes/support-of.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { fitTeaching } from '../learners/empirical-bayes.ts';

/** Windows to adapt to, and different stretches of a device that are tried for it: the one that explains most counts. */
const shots = 10;
const starts = 3;
/** Windows that are looked at after each. */
const windowsMax = 96;
/** Devices that the others are measured by: those with the fewest high scores. */
const usualShare = 0.75;
/** What is out of the ordinary: higher than all but so many of their windows. */
const tailShare = 0.01;
/** Devices that the model is learned from, at most. */
const fittedMax = 64;

/** Shares, 0..1, in the order of the devices; 0 for one with too few windows to say. */
export function unusualShares(devices: readonly TeachingDevice[], d: number): number[] {
  const every = Math.max(1, Math.ceil(devices.length / fittedMax));
  const fitted = devices
    .filter((_, at) => at % every === 0)
    .map((device) => ({ ...device, normals: device.normals.slice(0, windowsMax) }));
  const initialisation = fitTeaching(fitted, d);
  const scores = devices.map(({ normals }) =>
    startsOf(normals.length).map((start) => {
      const from = start + shots;
      const model = adapt(initialisation, supportOf(normals.slice(start, from), shots));
      return scoreWindows(model, normals.slice(from, from + windowsMax)).toSorted();
    }),
  );
  const heights = scores.map((runs) => Math.min(...runs.map((run) => run[Math.floor(0.9 * run.length)])));
  const usual = [...heights.keys()]
    .sort((one, other) => heights[one] - heights[other])
    .slice(0, Math.ceil(usualShare * devices.length));
  const pool = usual.flatMap((at) => scores[at].flatMap((run) => [...run])).sort((one, other) => other - one);
  const bound = pool[Math.floor(tailShare * pool.length)] ?? Infinity;
  return scores.map((runs) =>
    runs.length === 0 ? 0 : Math.min(...runs.map((run) => run.filter((score) => score > bound).length / run.length)),
  );
}

function startsOf(windows: number): number[] {
  const last = windows - shots - 2 * minQueries;
  if (last < 0) return [];
  return [...new Set(Array.from({ length: starts }, (_, i) => Math.floor((i * last) / starts)))];
}
