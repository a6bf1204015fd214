// A series and what came after it. What is in both, amended windows for instance, counts as it came last.
import type { Series } from '../../src/api/fleet-api.ts';

const windowsMax = 2000;

/** Windows of `more` replace those of the same end in `series`; the newest are kept. */
export function joinSeries(series: Series, more: Series): Series {
  const [first] = more.endMs;
  if (first === undefined) return series;
  const later = new Map(more.endMs.map((endMs, i) => [endMs, i]));
  const kept = series.endMs.flatMap((endMs, i) => (later.has(endMs) ? [] : [{ source: series, i, endMs }]));
  const added = more.endMs.map((endMs, i) => ({ source: more, i, endMs }));
  const all = [...kept, ...added].sort((one, two) => one.endMs - two.endMs).slice(-windowsMax);
  const column = <K extends keyof Series>(key: K) => all.map(({ source, i }) => source[key][i]) as Series[K];
  return {
    windowId: column('windowId'),
    endMs: column('endMs'),
    score: column('score'),
    threshold: column('threshold'),
    pValue: column('pValue'),
    coverage: column('coverage'),
    modelVersion: column('modelVersion'),
    flags: column('flags'),
  };
}
