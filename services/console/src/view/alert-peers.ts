// Who else had an alert about when a device had one, by the rule that notices are told by.
import { awakeForMs, countShifted, peersOf, type Beginning } from '@tocsin/decisions';
import { incidentKindOf, type Alert, type Peers } from '@tocsin/schemas';
import type { AlertBook } from './alert-book.ts';
import type { FleetView } from './fleet-view.ts';

export type PeerParts = { alerts: AlertBook; fleet: FleetView; peerSpanMs: number };

/** The peers of each of `asked`, by the id of the alert. */
export function peersOfAlerts({ alerts, fleet, peerSpanMs }: PeerParts, asked: readonly Alert[]): Map<string, Peers> {
  const classes = new Map<string, { asked: Alert[]; known: Beginning[] }>();
  for (const alert of asked) {
    const ofClass = classes.get(alert.deviceClass) ?? { asked: [], known: [] };
    classes.set(alert.deviceClass, ofClass);
    ofClass.asked.push(alert);
  }
  for (const { alert } of alerts.all()) classes.get(alert.deviceClass)?.known.push(beginningOf(alert));
  const awake = awakeDevices(fleet);
  const peers = new Map<string, Peers>();
  for (const [deviceClass, ofClass] of classes) {
    const counts = countShifted(ofClass.asked.map(beginningOf), ofClass.known, peerSpanMs);
    for (const [i, { alertId }] of ofClass.asked.entries()) peers.set(alertId, peersOf(counts[i], awake.get(deviceClass) ?? 0));
  }
  return peers;
}

function beginningOf(alert: Alert): Beginning {
  const { deviceId, startMs } = alert;
  return { deviceId, kind: incidentKindOf(alert), startMs };
}

/** By class, in the time of the log. */
function awakeDevices({ devices, logTimeMs }: FleetView): Map<string, number> {
  const awakeFromMs = logTimeMs() - awakeForMs;
  const awake = new Map<string, number>();
  for (const { deviceClass, seenMs } of devices.values())
    if (seenMs >= awakeFromMs) awake.set(deviceClass, (awake.get(deviceClass) ?? 0) + 1);
  return awake;
}
