// Judges initialisations on episodes: adapt, score, compare. What is compared is judged on the very same episodes.
import { adapt, scoreWindows } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { Episode } from '../episodes/draw-episode.ts';
import { supportOf } from '../episodes/support-of.ts';
import { auroc } from './auroc.ts';

/** AUROC of one episode of a device. */
export type Judgement = { deviceId: string; auroc: number };

/** Adapts to every episode's support as the live path would and tells its anomalies from its later normals. */
export function judge(initialisation: Initialisation, episodes: readonly Episode[], reservoirWindows: number): Judgement[] {
  return episodes.map(({ deviceId, support, normals, anomalies }) => {
    const model = adapt(initialisation, supportOf(support, reservoirWindows, initialisation.regimes));
    return { deviceId, auroc: auroc([...scoreWindows(model, normals)], [...scoreWindows(model, anomalies)]) };
  });
}

/** Mean over devices of their mean AUROC; .5 for no judgement, which says as much. */
export function meanAuroc(judgements: readonly Judgement[]): number {
  return judgements.length === 0 ? 0.5 : mean([...byDevice(judgements).values()]);
}

/**
 * How much better `one` is than `other` on the same episodes: the mean over devices of the difference in AUROC and its
 * standard error over devices, which is Infinity for fewer than two (one device proves nothing).
 */
export function difference(one: readonly Judgement[], other: readonly Judgement[]): { mean: number; error: number } {
  const others = byDevice(other);
  const gains = [...byDevice(one)].map(([deviceId, value]) => value - (others.get(deviceId) ?? Number.NaN));
  const centre = mean(gains);
  if (gains.length < 2) return { mean: centre, error: Number.POSITIVE_INFINITY };
  const variance = gains.reduce((sum, gain) => sum + (gain - centre) ** 2, 0) / (gains.length - 1);
  return { mean: centre, error: Math.sqrt(variance / gains.length) };
}

function byDevice(judgements: readonly Judgement[]): Map<string, number> {
  const values = new Map<string, number[]>();
  for (const { deviceId, auroc: value } of judgements) values.set(deviceId, [...(values.get(deviceId) ?? []), value]);
  return new Map([...values].map(([deviceId, group]) => [deviceId, mean(group)]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
