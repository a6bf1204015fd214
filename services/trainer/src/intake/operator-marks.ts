// What operators and alerts said of one device, and of which stretch of time: joins labels with the windows and alerts that they are
// about. Labels, alerts and windows may come in any order. Pure.
import type { Alert, Label, Verdict } from '@tocsin/schemas';

/** `isDrift`: raised by the guard against drift; no verdict on it is about the look of a window. */
export type AlertMark = { alertId: string; startMs: number; endMs: number; isOpen: boolean; isDrift: boolean };
export type LabelMark = { subjectId: string; verdict: Verdict; atMs: number };
/** Oldest first. */
export type DeviceMarks = { alerts: readonly AlertMark[]; labels: readonly LabelMark[] };

export const noMarks: DeviceMarks = { alerts: [], labels: [] };

/** So many of a device: alerts that nobody has judged, judged ones, and labels; the newest of each. */
const alertsMax = 32;
const judgedAlertsMax = 128;
const labelsMax = 256;

/** With what is now known of an alert. Of guards only drift counts: the others mark the windows that they doubt themselves. */
export function withAlert(marks: DeviceMarks, { alertId, startMs, endMs, state, guard }: Alert): DeviceMarks {
  if (guard !== undefined && guard !== 'drift') return marks;
  const others = marks.alerts.filter((mark) => mark.alertId !== alertId);
  const mark = { alertId, startMs, endMs, isOpen: state !== 'closed', isDrift: guard === 'drift' };
  return { ...marks, alerts: bounded([...others, mark], marks.labels) };
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

/** The newest verdict on the window itself, else on an alert that it lies in; null for none. `keyOf`: of ids, where windows have keys. */
export function verdictOf(
  { alerts, labels }: DeviceMarks,
  window: Span & { windowId: string },
  keyOf: (subjectId: string) => string = (subjectId) => subjectId,
): Verdict | null {
  if (labels.length === 0) return null;
  const own = labels.find(({ subjectId }) => keyOf(subjectId) === window.windowId);
  if (own !== undefined) return own.verdict;
  const around = new Set(
    alerts
      .filter(({ startMs, endMs, isDrift }) => !isDrift && window.startMs >= startMs && window.endMs <= endMs)
      .map(({ alertId }) => alertId),
  );
  const [newest] = labels.filter(({ subjectId }) => around.has(subjectId)).toSorted((one, other) => other.atMs - one.atMs);
  return newest?.verdict ?? null;
}

/**
 * May the window not teach because it lies behind the start of an alert that is still open, drift included, and that nobody called false?
 * Once an alert is closed its windows teach unless they were suspicious in a row: calibrations without any of them would be narrower each time.
 */
export function isHeld({ alerts, labels }: DeviceMarks, { endMs }: Pick<Span, 'endMs'>): boolean {
  const isDenied = ({ alertId }: AlertMark): boolean =>
    labels.some(({ subjectId, verdict }) => subjectId === alertId && verdict === 'false-alarm');
  return alerts.some((alert) => alert.isOpen && endMs > alert.startMs && !isDenied(alert));
}
