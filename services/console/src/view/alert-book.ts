// Alerts as they stand now: of every one the newest record, and what was wrong when it was last said. Bounded; open ones last longest.
import type { Alert } from '@tocsin/schemas';

export type KnownAlert = {
  alert: Alert;
  /** Times in the log of the first and of the newest record. */
  openedMs: number;
  updatedMs: number;
  /** From the newest record that said what is wrong: closing ones do not. */
  cause: Pick<Alert, 'message' | 'contributions'>;
};

export type AlertBook = {
  /** True where it was news. */
  add(alert: Alert, loggedMs: number): boolean;
  find(alertId: string): KnownAlert | null;
  ofDevice(deviceId: string): KnownAlert[];
  all(): IterableIterator<KnownAlert>;
  size(): number;
};

const alertsMax = 20_000;
/** Where so many of the oldest are all open, the oldest goes. */
const lookedAt = 5000;

export function createAlertBook(): AlertBook {
  const alerts = new Map<string, KnownAlert>();
  const byDevice = new Map<string, Set<string>>();

  function forget({ alert }: KnownAlert): void {
    alerts.delete(alert.alertId);
    const others = byDevice.get(alert.deviceId);
    others?.delete(alert.alertId);
    if (others?.size === 0) byDevice.delete(alert.deviceId);
  }

  function makeRoom(): void {
    if (alerts.size <= alertsMax) return;
    const [oldest] = alerts.values();
    let looked = 0;
    for (const known of alerts.values()) {
      if (known.alert.state === 'closed') return forget(known);
      if (++looked === lookedAt) break;
    }
    forget(oldest);
  }

  return {
    add(alert, loggedMs) {
      const known = alerts.get(alert.alertId);
      if (known !== undefined && known.alert.revision >= alert.revision) return false;
      const saysWhy = alert.state !== 'closed';
      const cause = saysWhy || known === undefined ? { message: alert.message, contributions: alert.contributions } : known.cause;
      alerts.set(alert.alertId, { alert, openedMs: known?.openedMs ?? loggedMs, updatedMs: loggedMs, cause });
      const others = byDevice.get(alert.deviceId) ?? new Set();
      byDevice.set(alert.deviceId, others.add(alert.alertId));
      makeRoom();
      return true;
    },
    find: (alertId) => alerts.get(alertId) ?? null,
    ofDevice: (deviceId) => [...(byDevice.get(deviceId) ?? [])].flatMap((alertId) => alerts.get(alertId) ?? []),
    all: () => alerts.values(),
    size: () => alerts.size,
  };
}
