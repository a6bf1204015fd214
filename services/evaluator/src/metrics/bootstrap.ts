// How sure a mean over devices is.
import type { Random } from '@tocsin/signals';

export type Interval = { mean: number; low: number; high: number };

const resamples = 2000;

/**
 * Mean over groups of the mean within each, and its 95 % percentile interval by the bootstrap: devices are drawn with replacement
 * within their group (Efron & Tibshirani, An Introduction to the Bootstrap, 1993). Empty groups do not count; null where all are
 * empty. A single device per group gives an interval of no width, which says nothing.
 */
export function bootstrapMean(groups: readonly (readonly number[])[], random: Random): Interval | null {
  const filled = groups.filter((group) => group.length > 0);
  if (filled.length === 0) return null;
  const means = Float64Array.from({ length: resamples }, () => meanOf(filled.map((group) => drawnMean(group, random)))).sort();
  return {
    mean: meanOf(filled.map(meanOf)),
    low: means[Math.floor(0.025 * resamples)],
    high: means[Math.ceil(0.975 * resamples) - 1],
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function drawnMean(group: readonly number[], random: Random): number {
  let sum = 0;
  for (let i = 0; i < group.length; i++) sum += group[Math.floor(random() * group.length)];
  return sum / group.length;
}
