// How many peers of a device had an alert about when it had one: what people are told of an alert, and what they see in a list, counted
// by one rule.
import { incidentKindOf, peerWords, withPeers, type Alert, type IncidentKind, type Peers } from '@tocsin/schemas';

/** Who has sent a window within so long is awake, milliseconds. */
export const awakeForMs = 30 * 60_000;

/** An alert, as far as its peers are concerned. */
export type Beginning = { deviceId: string; kind: IncidentKind; startMs: number };

/**
 * For each of `alerts`, in their order: how many devices beside its own had one of the same kind among `known` that began within `spanMs`
 * of it, before or after, in event time. Takes n log n steps for n alerts altogether.
 *
 *     known    b    c   a   d        e         a has two, c and d
 *                   |---+---|
 */
export function countShifted(alerts: readonly Beginning[], known: Iterable<Beginning>, spanMs: number): number[] {
  const counts = alerts.map(() => 0);
  if (alerts.length === 0) return counts;
  const order = alerts.map((_, i) => i).sort((one, two) => alerts[one].startMs - alerts[two].startMs);
  const [firstMs, lastMs] = [alerts[order[0]].startMs - spanMs, alerts[order[order.length - 1]].startMs + spanMs];
  const around = [...known].filter(({ startMs }) => startMs >= firstMs && startMs <= lastMs);
  // Of one alert all of them count, whatever their order.
  if (alerts.length > 1) around.sort((one, two) => one.startMs - two.startMs);
  for (const kind of new Set(alerts.map((alert) => alert.kind))) {
    const kin = around.filter((other) => other.kind === kind);
    const near = new Map<string, number>();
    let [from, to] = [0, 0];
    for (const i of order) {
      const { deviceId, startMs } = alerts[i];
      if (alerts[i].kind !== kind) continue;
      for (; to < kin.length && kin[to].startMs <= startMs + spanMs; to++) tally(near, kin[to].deviceId, 1);
      for (; from < to && kin[from].startMs < startMs - spanMs; from++) tally(near, kin[from].deviceId, -1);
      counts[i] = near.size - Number(near.has(deviceId));
    }
  }
  return counts;
}

function tally(devices: Map<string, number>, deviceId: string, change: 1 | -1): void {
  const alerts = (devices.get(deviceId) ?? 0) + change;
  if (alerts === 0) devices.delete(deviceId);
  else devices.set(deviceId, alerts);
}

/** The peers of one of `awake` devices, `shifted` of which had an alert; 0 where nobody knows how many are awake. */
export function peersOf(shifted: number, awake: number): Peers {
  return { shifted, of: awake === 0 ? 0 : Math.max(shifted, awake - 1) };
}

/** An alert with what is known of its peers; as it is where that is nothing. */
export function alertWithPeers(alert: Alert, peers: Peers): Alert {
  if (peers.of === 0 && peers.shifted === 0) return alert;
  return { ...alert, peers, message: withPeers(alert.message, peerWords(peers, incidentKindOf(alert))) };
}
