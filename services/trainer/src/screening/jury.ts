// Devices that nobody doubts, and what they lose by learning from another one. Pure.
import type { FeatureSpec } from '@tocsin/schemas';
import { drawEpisode, minQueries, type Episode } from '../episodes/draw-episode.ts';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { difference, judge, type Judgement } from '../evaluation/judge.ts';
import { fitTeaching } from '../learners/empirical-bayes.ts';
import { sample, type Random } from '../random.ts';

/** Devices of a jury, windows of each, windows to adapt to, and episodes of each. */
const trial = { devices: 48, windows: 96, shots: 10, episodes: 3, queries: 16 };

/** What its devices teach, the episodes that they are judged on, and how they fare by themselves. */
export type Jury = {
  devices: readonly TeachingDevice[];
  d: number;
  episodes: readonly Episode[];
  alone: readonly Judgement[];
};

/** Of more devices some are drawn. What they are judged on are made-up anomalies, and known ones where there are any. */
export function gatherJury(trusted: readonly TeachingDevice[], spec: FeatureSpec, random: Random): Jury {
  const d = spec.elements.length;
  const devices = sample(random, trusted, trial.devices).map(shortened);
  const initialisation = fitTeaching(devices, d);
  const { shots, queries } = trial;
  const plan = { spec, scale: initialisation.scale, shots: [shots], queries, kinds: anomalyKinds };
  const episodes = devices
    .filter(({ normals }) => normals.length >= shots + minQueries)
    .flatMap((device) => Array.from({ length: trial.episodes }, () => drawEpisode(device, devices, plan, random)));
  return { devices, d, episodes, alone: judge(initialisation, episodes, shots) };
}

/** Mean over the jury of what it loses in AUROC where it learns from `device`, too, and its standard error. */
export function lossBy(device: TeachingDevice, { devices, d, episodes, alone }: Jury): { mean: number; error: number } {
  const together = judge(fitTeaching([...devices, shortened(device)], d), episodes, trial.shots);
  return difference(alone, together);
}

/** A jury of few devices and windows weighs a single device more than the fleet does, never less. */
function shortened({ deviceId, normals, anomalies }: TeachingDevice): TeachingDevice {
  return { deviceId, anomalies, normals: normals.slice(0, trial.windows) };
}
