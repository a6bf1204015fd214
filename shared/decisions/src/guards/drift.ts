// Has what a device learnt crept away from where it stood when it became known? A drift so slow that no window is ever over the
// threshold is learnt as it comes; it shows only against a reference that does not move.
import type { Contribution, FeatureElement, Reference, Support } from '@tocsin/schemas';
import type { Breach } from './check-guards.ts';

/** Share of the features that vary which must have moved so far. */
const driftShare = 0.1;
const toldMax = 8;

/**
 * The features that moved most and since when they are compared; null where too few have moved by `bound` deviations of the
 * reference.
 */
export function findDrift(
  { count, sum }: Pick<Support, 'count' | 'sum'>,
  { mean, deviation, sinceMs }: Reference,
  elements: readonly FeatureElement[],
  channels: readonly string[],
  bound: number,
): Breach | null {
  const distance = (j: number): number => (deviation[j] === 0 ? 0 : (sum[j] / count - mean[j]) / deviation[j]);
  const moved = elements.flatMap((_, j) => (Math.abs(distance(j)) > bound ? [j] : []));
  const varying = deviation.reduce((features, each) => features + (each > 0 ? 1 : 0), 0);
  if (moved.length === 0 || moved.length <= driftShare * varying) return null;
  moved.sort((one, two) => Math.abs(distance(two)) - Math.abs(distance(one)));
  const whole = moved.reduce((all, j) => all + distance(j) ** 2, 0);
  const told = moved.slice(0, toldMax).map((j): Contribution => ({
    feature: elements[j].name,
    channel: elements[j].channel,
    share: distance(j) ** 2 / whole,
    actual: sum[j] / count,
    expected: mean[j],
    deviation: distance(j),
  }));
  const channel = Math.max(0, channels.indexOf(told[0].channel));
  return { value: distance(moved[0]), bound, channel, told, sinceMs };
}
