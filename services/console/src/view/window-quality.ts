// How whole the windows of every class are, counted as they are read.
import type { ScoredWindow } from '@tocsin/schemas';
import type { z } from 'zod';
import type { windowQuality } from '../api/quality-api.ts';

type Counts = z.output<typeof windowQuality>;

export type QualityCount = {
  window(scored: ScoredWindow, loggedMs: number): void;
  show(): { classes: Counts[]; sinceMs: number | null };
};

export function createQualityCount(): QualityCount {
  const byClass = new Map<string, Counts>();
  let sinceMs = Infinity;
  return {
    window({ deviceClass, flags, revision, coverage }, loggedMs) {
      sinceMs = Math.min(sinceMs, loggedMs);
      const counts = byClass.get(deviceClass) ?? emptyCounts(deviceClass);
      byClass.set(deviceClass, counts);
      if (revision !== undefined) {
        counts.amended += 1;
        return;
      }
      counts.windows += 1;
      counts.meanCoverage += (coverage - counts.meanCoverage) / counts.windows;
      if (flags.includes('interpolated')) counts.interpolated += 1;
      if (flags.includes('gappy')) counts.gappy += 1;
      if (flags.includes('not_finite')) counts.notFinite += 1;
      if (flags.includes('guarded')) counts.guarded += 1;
    },
    show: () => ({
      classes: [...byClass.values()].map((counts) => ({ ...counts })),
      sinceMs: Number.isFinite(sinceMs) ? sinceMs : null,
    }),
  };
}

function emptyCounts(deviceClass: string): Counts {
  return { deviceClass, windows: 0, interpolated: 0, gappy: 0, notFinite: 0, amended: 0, guarded: 0, meanCoverage: 0 };
}
