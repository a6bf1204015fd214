// What operators and alerts said of one device, and of which stretch of time: joins labels with the windows and alerts that they are
// about. Labels, alerts and windows may come in any order. Pure.
import type { Alert, Label, Verdict } from '@tocsin/schemas';

/**
 * `isDrift`: raised by the guard against drift; no verdict on it is about the look of a window. `windows`: anomalous ones so far.
 * `hasGaps`: it came and went, and was calm in between; absent for false.
 */
export type AlertMark = {
  alertId: string;
  startMs: number;
  endMs: number;
  isOpen: boolean;
  isDrift: boolean;
  windows: number;
  hasGaps?: boolean;
};
export type LabelMark = { subjectId: string; verdict: Verdict; atMs: number };
/** Oldest first. */
export type DeviceMarks = { alerts: readonly AlertMark[]; labels: readonly LabelMark[] };

export const noMarks: DeviceMarks = { alerts: [], labels: [] };

/** So many of a device: alerts that nobody has judged, judged ones, and labels; the newest of each. */
const alertsMax = 32;
const judgedAlertsMax = 128;
const labelsMax = 256;

/** With what is now known of an alert. Of guards only drift counts: the others mark the windows that they doubt themselves. */
export function withAlert(marks: DeviceMarks, alert: Alert): DeviceMarks {
  const { alertId, startMs, endMs, state, guard, windows, openings = 1, swings = 0 } = alert;
  if (guard !== undefined && guard !== 'drift') return marks;
  const others = marks.alerts.filter((mark) => mark.alertId !== alertId);
  const mark = { alertId, startMs, endMs, isOpen: state !== 'closed', isDrift: guard === 'drift', windows };
  const gaps = openings > 1 || swings > 0 ? { hasGaps: true } : {};
  return { ...marks, alerts: bounded([...others, { ...mark, ...gaps }], marks.labels) };
}

/** With a label; one that is older than what was said of the same subject changes nothing. */
export function withLabel(marks: DeviceMarks, { subjectId, verdict, atMs }: Label): DeviceMarks {
  const known = marks.labels.find((label) => label.subjectId === subjectId);
  if ((known?.atMs ?? -Infinity) > atMs) return marks;
  const others = marks.labels.filter((label) => label.subjectId !== subjectId);
  return { ...marks, labels: [...others, { subjectId, verdict, atMs }].slice(-labelsMax) };
}

function bounded(alerts: readonly AlertMark[], labels: readonly LabelMark[]): AlertMark[] {
  const judged = new Set(labels.map(({ subjectId }) => subjectId));
  const kept = new Set([
    ...alerts.filter(({ alertId }) => judged.has(alertId)).slice(-judgedAlertsMax),
    ...alerts.filter(({ alertId }) => !judged.has(alertId)).slice(-alertsMax),
  ]);
  return alerts.filter((alert) => kept.has(alert));
}

type Span = { startMs: number; endMs: number };

/**
 * The newest verdict on the window itself, else on an alert that it lies in; null for none. `keyOf`: of ids, where windows have keys. An
 * alert that is real may come and go: what was not over the threshold in such a one (`isOver` false) is no anomaly.
 */
export function verdictOf(
  { alerts, labels }: DeviceMarks,
  window: Span & { windowId: string; isOver?: boolean },
  keyOf: (subjectId: string) => string = (subjectId) => subjectId,
): Verdict | null {
  if (labels.length === 0) return null;
  const own = labels.find(({ subjectId }) => keyOf(subjectId) === window.windowId);
  if (own !== undefined) return own.verdict;
  const around = new Map(
    alerts
      .filter(({ startMs, endMs, isDrift }) => !isDrift && window.startMs >= startMs && window.endMs <= endMs)
      .map(({ alertId, hasGaps = false }) => [alertId, hasGaps]),
  );
  const [newest] = labels.filter(({ subjectId }) => around.has(subjectId)).toSorted((one, other) => other.atMs - one.atMs);
  if (newest === undefined) return null;
  const isCalm = around.get(newest.subjectId) === true && window.isOver === false;
  return newest.verdict === 'real' && isCalm ? null : newest.verdict;
}

/** Anomalous windows of an alert that chance does not bring about. */
const lastingWindows = 10;

/**
 * May the window not teach because of an alert that nobody called false? So it is for everything behind the start of one that is still
 * open, drift included, for what was over the threshold in one that has lasted, and for all of one that came and went and was called real. Windows of short ones teach once they are closed: chance
 * brings such alerts about, and calibrations without them would be narrower each time.
 */
export function isHeld({ alerts, labels }: DeviceMarks, { startMs, endMs, isOver }: Span & { isOver: boolean }): boolean {
  const isDenied = ({ alertId }: AlertMark): boolean =>
    labels.some(({ subjectId, verdict }) => subjectId === alertId && verdict === 'false-alarm');
  const isReal = ({ alertId }: AlertMark): boolean =>
    labels.some(({ subjectId, verdict }) => subjectId === alertId && verdict === 'real');
  const holds = (alert: AlertMark): boolean => {
    if (alert.isOpen) return endMs > alert.startMs;
    const isInside = !alert.isDrift && startMs >= alert.startMs && endMs <= alert.endMs;
    return isInside && ((alert.hasGaps === true && isReal(alert)) || (isOver && alert.windows >= lastingWindows));
  };
  return alerts.some((alert) => holds(alert) && !isDenied(alert));
}
