// The life of a common-cause incident: opened by alerts that began together, joined by others, told, closed. Changes what it is given.
import { createHash } from 'node:crypto';
import { listedMembersMax, type AlertState, type FleetIncident } from '@tocsin/schemas';
import type { ClassGroups, GroupingPlan, GroupLife, SeenAlert } from './class-groups.ts';
import { fleetMessage } from './fleet-message.ts';

/** Devices that have to begin together to be an incident of this class. */
export function devicesNeeded({ devices }: ClassGroups, { minDevices, share }: GroupingPlan): number {
  return Math.max(minDevices, Math.ceil(share * devices));
}

/**
 * Opens an incident where the alerts around one began together: those of the fullest stretch of `spanMs` that this one lies in.
 * Null where they are too few.
 */
export function openAround(groups: ClassGroups, around: SeenAlert, plan: GroupingPlan, nowMs: number): GroupLife | null {
  const needed = devicesNeeded(groups, plan);
  const together = densestAround(groups, around, plan.spanMs, needed);
  if (devicesOf(together).size < needed) return null;
  const [{ alertId }] = together;
  const life: GroupLife = {
    incidentId: createHash('sha256')
      .update(`incident ${groups.deviceClass} ${around.kind} ${alertId}`)
      .digest('hex')
      .slice(0, 32),
    kind: around.kind,
    revision: 0,
    severity: 'warning',
    of: groups.devices,
    denseMs: together[together.length - 1].startMs,
    toldMs: nowMs,
    isNews: true,
    calmSinceMs: null,
    closedMs: null,
    members: new Map(),
  };
  groups.incidents.push(life);
  for (const alert of together) join(groups, life, alert, plan);
  for (const alert of [...groups.singles.values()].sort(earlier))
    if (belongsTo(life, alert, plan)) join(groups, life, alert, plan);
  followCalm(life, nowMs);
  return life;
}

/** May an alert join an open incident: did it begin while enough others did, or does a member come back soon after it was well? */
export function belongsTo({ kind, closedMs, members, denseMs }: GroupLife, alert: SeenAlert, { spanMs }: GroupingPlan): boolean {
  if (closedMs !== null || alert.kind !== kind) return false;
  const firstMs = Math.min(...[...members.values()].map(({ startMs }) => startMs));
  if (alert.startMs >= firstMs - spanMs && alert.startMs <= denseMs + spanMs) return true;
  return [...members.values()].some(
    ({ deviceId, endMs }) => deviceId === alert.deviceId && Math.abs(alert.startMs - endMs) <= spanMs,
  );
}

/** Makes an alert part of an incident; what it waited to say is not said any more. */
export function join(groups: ClassGroups, life: GroupLife, alert: SeenAlert, plan: GroupingPlan): void {
  groups.singles.delete(alert.alertId);
  if (!alert.wasTold) groups.grouped += 1;
  life.members.set(alert.alertId, { ...alert, held: [] });
  life.isNews = true;
  if (alert.startMs <= life.denseMs) return;
  const recent = [...life.members.values()].filter(
    ({ startMs }) => startMs > alert.startMs - plan.spanMs && startMs <= alert.startMs,
  );
  if (devicesOf(recent).size >= devicesNeeded(groups, plan)) life.denseMs = alert.startMs;
}

/** Notes whether anything of it is still open. */
export function followCalm(life: GroupLife, nowMs: number): void {
  const isCalm = [...life.members.values()].every(({ isOpen }) => !isOpen);
  life.calmSinceMs = isCalm ? (life.calmSinceMs ?? nowMs) : null;
}

/** Is one of its alerts worse than what was said of it? */
export function isWorse({ severity, members }: GroupLife): boolean {
  return severity === 'warning' && [...members.values()].some((alert) => alert.severity === 'critical');
}

/** The next record of an incident. */
export function tell({ deviceClass, devices }: ClassGroups, life: GroupLife, state: AlertState, nowMs: number): FleetIncident {
  if (isWorse(life)) life.severity = 'critical';
  life.revision += 1;
  life.of = Math.max(life.of, devices);
  life.toldMs = nowMs;
  life.isNews = false;
  const alerts = [...life.members.values()].sort(earlier);
  const { incidentId, revision, kind, severity, of } = life;
  const told = {
    incidentId,
    revision,
    state,
    deviceClass,
    kind,
    severity,
    startMs: alerts[0].startMs,
    endMs: alerts.reduce((latest, { endMs }) => Math.max(latest, endMs), alerts[0].endMs),
    devices: devicesOf(alerts).size,
    devicesOpen: devicesOf(alerts.filter(({ isOpen }) => isOpen)).size,
    of,
    members: alerts.slice(0, listedMembersMax).map(({ deviceId, alertId, startMs, isOpen, wasTold }) => {
      return { deviceId, alertId, startMs, isOpen, wasTold };
    }),
  };
  return { ...told, message: fleetMessage(told) };
}

/** By when they began. */
export function earlier(one: SeenAlert, two: SeenAlert): number {
  return one.startMs - two.startMs || (one.alertId < two.alertId ? -1 : 1);
}

function devicesOf(alerts: readonly SeenAlert[]): Set<string> {
  return new Set(alerts.map(({ deviceId }) => deviceId));
}

function densestAround({ singles }: ClassGroups, around: SeenAlert, spanMs: number, needed: number): SeenAlert[] {
  const near = [...singles.values()].filter(
    ({ kind, startMs }) => kind === around.kind && Math.abs(startMs - around.startMs) <= spanMs,
  );
  if (near.length < needed) return [];
  near.sort(earlier);
  let best: SeenAlert[] = [];
  let most = 0;
  for (const first of near) {
    if (first.startMs > around.startMs) break;
    const within = near.filter(({ startMs }) => startMs >= first.startMs && startMs <= first.startMs + spanMs);
    const { size } = devicesOf(within);
    // The first with as many: it begins earliest.
    if (size > most && within.includes(around)) [best, most] = [within, size];
  }
  return best;
}
