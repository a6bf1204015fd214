// Figures that are numbers: JSON knows no others, and one record with a figure that is none must not take a whole page with it.
import type { Alert, ScoredWindow } from '@tocsin/schemas';

/** Without its score where that, its threshold or its p-value is no number; throws where its times are none. */
export function finiteWindow(scored: ScoredWindow): ScoredWindow {
  const { windowId, startMs, endMs, score, threshold, pValue, coverage } = scored;
  requireTimes(`window ${windowId}`, startMs, endMs);
  const isFinite = [score, threshold, pValue].every((figure) => figure === null || Number.isFinite(figure));
  if (isFinite && Number.isFinite(coverage)) return scored;
  const figures = isFinite ? {} : { score: null, threshold: null, pValue: null };
  return { ...scored, ...figures, coverage: Number.isFinite(coverage) ? coverage : 0 };
}

/** With 0 for figures that are no numbers, and without contributions that have such; throws where its times are none. */
export function finiteAlert(alert: Alert): Alert {
  const { alertId, startMs, endMs, score, threshold, pValue, contributions } = alert;
  requireTimes(`alert ${alertId}`, startMs, endMs);
  const known = contributions.filter(({ share, actual, expected, deviation }) =>
    [share, actual, expected, deviation].every(Number.isFinite),
  );
  if ([score, threshold, pValue].every(Number.isFinite) && known.length === contributions.length) return alert;
  const or0 = (figure: number) => (Number.isFinite(figure) ? figure : 0);
  return { ...alert, score: or0(score), threshold: or0(threshold), pValue: or0(pValue), contributions: known };
}

function requireTimes(what: string, startMs: number, endMs: number): void {
  if (Number.isFinite(startMs) && Number.isFinite(endMs)) return;
  throw new Error(`${what} is from ${startMs} to ${endMs}; expected epoch milliseconds`);
}
