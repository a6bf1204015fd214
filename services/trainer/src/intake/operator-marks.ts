// What operators said, and of which stretch of time: joins labels with the windows and alerts that they are about. Labels,
// alerts and windows may come in any order.
import type { Alert, Label, Verdict } from '@tocsin/schemas';

export type OperatorMarks = {
  alert(alert: Alert): void;
  label(label: Label): void;
  /** The newest verdict on the window itself, else on an alert that it belongs to; null for none. */
  verdictOf(deviceId: string, window: { windowId: string; startMs: number; endMs: number }): Verdict | null;
};

type Marks = { alerts: Map<string, { startMs: number; endMs: number }>; labels: Map<string, { verdict: Verdict; atMs: number }> };

/** Keeps the newest `perDevice` alerts and labels of each device, and those of at most `devices` devices. */
export function createOperatorMarks({ perDevice, devices }: { perDevice: number; devices: number }): OperatorMarks {
  const byDevice = new Map<string, Marks>();

  function marksOf(deviceId: string): Marks | null {
    const known = byDevice.get(deviceId);
    if (known !== undefined || byDevice.size >= devices) return known ?? null;
    const fresh: Marks = { alerts: new Map(), labels: new Map() };
    byDevice.set(deviceId, fresh);
    return fresh;
  }

  return {
    alert({ deviceId, alertId, startMs, endMs }) {
      const marks = marksOf(deviceId);
      if (marks !== null) put(marks.alerts, alertId, { startMs, endMs }, perDevice);
    },
    label({ deviceId, subjectId, verdict, atMs }) {
      const marks = marksOf(deviceId);
      if (marks === null || (marks.labels.get(subjectId)?.atMs ?? -Infinity) > atMs) return;
      put(marks.labels, subjectId, { verdict, atMs }, perDevice);
    },
    verdictOf(deviceId, { windowId, startMs, endMs }) {
      const marks = byDevice.get(deviceId);
      if (marks === undefined) return null;
      const own = marks.labels.get(windowId);
      if (own !== undefined) return own.verdict;
      const around = [...marks.labels].filter(([subjectId]) => {
        const alert = marks.alerts.get(subjectId);
        return alert !== undefined && startMs >= alert.startMs && endMs <= alert.endMs;
      });
      const [newest] = around.sort(([, one], [, other]) => other.atMs - one.atMs);
      return newest?.[1].verdict ?? null;
    },
  };
}

/** Puts the entry last and drops the first one where there are too many. */
function put<V>(entries: Map<string, V>, key: string, value: V, most: number): void {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size > most) entries.delete(entries.keys().next().value ?? key);
}
