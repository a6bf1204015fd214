// Is memory flat, and does the lag not grow? A line through the samples of the last two thirds, and how sure its slope is.
import type { LoadSample } from './load-room.ts';

/** Slope per hour of what was measured, with the bounds between which it lies with 95 % confidence. */
export type Slope = { perHour: number; low: number; high: number };

export type SoakVerdict = {
  heapMbPerHour: Slope;
  ownMbPerHour: Slope;
  lagPerHour: Slope;
  meanHeapMb: number;
  meanOwnMb: number;
  lagMax: number;
  problems: string[];
};

/**
 * A leak must be shown and large enough to matter: a slope fails where all of its confidence interval is above zero and the line
 * rises over the time looked at by more than this share of the mean (an hour's soak looks for slower leaks than a minute's).
 */
export const riseMax = { heap: 0.1, own: 0.15 } as const;

/** The lag may be as many seconds of offered records at the end as it was in the middle, and so many more. */
const lagSecondsMax = 2;

export function judgeSoak(samples: readonly LoadSample[], offeredPerSecond: number): SoakVerdict {
  const settled = samples.slice(Math.floor(samples.length / 3));
  const of = (value: (sample: LoadSample) => number) => slopeOf(settled.map((sample) => [sample.seconds / 3600, value(sample)]));
  const mean = (value: (sample: LoadSample) => number) =>
    settled.reduce((sum, sample) => sum + value(sample), 0) / settled.length;
  const verdict: SoakVerdict = {
    heapMbPerHour: of(({ heapMb }) => heapMb),
    ownMbPerHour: of(({ ownMb }) => ownMb),
    lagPerHour: of(({ lag }) => lag),
    meanHeapMb: mean(({ heapMb }) => heapMb),
    meanOwnMb: mean(({ ownMb }) => ownMb),
    lagMax: Math.max(...settled.map(({ lag }) => lag)),
    problems: [],
  };
  const hours = ((settled.at(-1)?.seconds ?? 0) - settled[0].seconds) / 3600;
  const rises = (name: string, { low, perHour }: Slope, level: number, most: number) => {
    const rise = (perHour * hours) / level;
    if (low > 0 && rise > most)
      verdict.problems.push(`${name} rose by ${(100 * rise).toFixed(0)} % of ${level.toFixed(0)} MB, ${100 * most} % allowed`);
  };
  rises('heap after a collection', verdict.heapMbPerHour, verdict.meanHeapMb, riseMax.heap);
  rises('own memory', verdict.ownMbPerHour, verdict.meanOwnMb, riseMax.own);
  const lagRise = (verdict.lagPerHour.perHour * hours) / offeredPerSecond;
  if (verdict.lagPerHour.low > 0 && lagRise > lagSecondsMax)
    verdict.problems.push(`the lag grew by ${lagRise.toFixed(1)} s of records, ${lagSecondsMax} s allowed`);
  return verdict;
}

/** Least squares; the interval from Student's t, close to 2 for as many samples as a soak has. All NaN for fewer than three. */
export function slopeOf(points: readonly (readonly [number, number])[]): Slope {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const perHour = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - perHour * (x - mx)) ** 2, 0);
  const margin = studentT(n - 2) * Math.sqrt(rest / (n - 2) / sxx);
  return n < 3 ? { perHour: NaN, low: NaN, high: NaN } : { perHour, low: perHour - margin, high: perHour + margin };
}

/** 97.5 % quantile of Student's t, to a few per cent (Cornish and Fisher's expansion in 1 / degrees of freedom). */
function studentT(degrees: number): number {
  const z = 1.959_964;
  const [first, second] = [(z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96];
  return z + first / degrees + second / degrees ** 2;
}
