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
      // And of when it was noticed: what a store has forgotten is another one when it is noticed again, and not an old revision.
      .update(`incident ${groups.deviceClass} ${around.kind} ${alertId} ${nowMs}`)
      .digest('hex')
      .slice(0, 32),
    kind: around.kind,
    revision: 0,
    severity: 'warning',
    worst: 'warning',
    of: groups.devices,
    denseMs: together[together.length - 1].startMs,
    firstMs: together[0].startMs,
    toldMs: nowMs,
    isNews: true,
    openAlerts: 0,
    calmSinceMs: null,
    closedMs: null,
    members: new Map(),
    order: [],
  };
  groups.incidents.push(life);
  for (const alert of together) join(groups, life, alert, plan);
  for (const alert of [...groups.singles.values()].sort(earlier))
    if (belongsTo(life, alert, plan)) join(groups, life, alert, plan);
  followCalm(life, nowMs);
  return life;
}

/** May an alert join an open incident: did it begin while enough others did, or does a member come back soon after it was well? */
export function belongsTo(
  { kind, closedMs, order, firstMs, denseMs }: GroupLife,
  alert: SeenAlert,
  { spanMs }: GroupingPlan,
): boolean {
  if (closedMs !== null || alert.kind !== kind) return false;
  if (alert.startMs >= firstMs - spanMs && alert.startMs <= denseMs + spanMs) return true;
  return order.some(({ deviceId, endMs }) => deviceId === alert.deviceId && Math.abs(alert.startMs - endMs) <= spanMs);
}

/** Makes an alert part of an incident; what it waited to say is not said any more. */
export function join(groups: ClassGroups, life: GroupLife, alert: SeenAlert, plan: GroupingPlan): void {
  groups.singles.delete(alert.alertId);
  if (!alert.wasTold) groups.grouped += 1;
  const member = { ...alert, held: [] };
  life.members.set(member.alertId, member);
  life.order.push(member);
  life.firstMs = Math.min(life.firstMs, member.startMs);
  if (member.isOpen) life.openAlerts += 1;
  if (member.severity === 'critical') life.worst = 'critical';
  life.isNews = true;
  if (member.startMs > life.denseMs && isDenseAt(life, member.startMs, plan.spanMs, devicesNeeded(groups, plan)))
    life.denseMs = member.startMs;
}

/** Have so many devices begun within a span that ends at this moment? */
function isDenseAt({ order }: GroupLife, atMs: number, spanMs: number, needed: number): boolean {
  const devices = new Set<string>();
  // Those who joined last began last, more or less: enough of them are found soon.
  for (let i = order.length - 1; i >= 0 && devices.size < needed; i--) {
    const { startMs, deviceId } = order[i];
    if (startMs > atMs - spanMs && startMs <= atMs) devices.add(deviceId);
  }
  return devices.size >= needed;
}

/** Notes what a member has become. */
export function updateMember(
  life: GroupLife,
  member: SeenAlert,
  change: Pick<SeenAlert, 'revision' | 'severity' | 'endMs' | 'isOpen'>,
): void {
  life.openAlerts += Number(change.isOpen) - Number(member.isOpen);
  if (change.severity === 'critical') life.worst = 'critical';
  life.isNews = true;
  Object.assign(member, change);
}

/** Notes whether anything of it is still open. */
export function followCalm(life: GroupLife, nowMs: number): void {
  life.calmSinceMs = life.openAlerts === 0 ? (life.calmSinceMs ?? nowMs) : null;
}

/** Is one of its alerts worse than what was said of it? */
export function isWorse({ severity, worst }: GroupLife): boolean {
  return severity === 'warning' && worst === 'critical';
}

/** The next record of an incident. */
export function tell(
  { deviceClass, devices }: ClassGroups,
  life: GroupLife,
  state: AlertState,
  nowMs: number,
  plan: GroupingPlan,
): FleetIncident {
  life.severity = life.worst;
  life.revision += 1;
  life.of = Math.max(life.of, devices);
  life.toldMs = nowMs;
  life.isNews = false;
  const alerts = life.order.toSorted(earlier);
  const { incidentId, revision, kind, severity, of, firstMs } = life;
  const devicesSoFar = devicesOf(alerts).size;
  const told = {
    incidentId,
    revision,
    state,
    deviceClass,
    kind,
    severity,
    startMs: firstMs,
    endMs: alerts.reduce((latest, { endMs }) => Math.max(latest, endMs), alerts[0].endMs),
    devices: devicesSoFar,
    devicesOpen: devicesOf(alerts.filter(({ isOpen }) => isOpen)).size,
    of,
    members: alerts.slice(0, listedMembersMax).map(({ deviceId, alertId, startMs, isOpen, wasTold }) => {
      return { deviceId, alertId, startMs, isOpen, wasTold };
    }),
    ...(alerts.length > listedMembersMax ? { joinedUntilMs: joinedUntil(life, alerts, plan) } : {}),
  };
  if (alerts.length > Math.max(listedMembersMax, 2 * devicesSoFar)) forgetEarlier(life);
  return { ...told, message: fleetMessage(told) };
}

/** Devices that come back again and again are remembered by what is open of them, and by what came last. */
function forgetEarlier(life: GroupLife): void {
  const last = new Map(life.order.map((alert) => [alert.deviceId, alert]));
  life.order = life.order.filter((alert) => alert.isOpen || last.get(alert.deviceId) === alert);
  life.members = new Map(life.order.map((alert) => [alert.alertId, alert]));
}

/** When the last of those began that joined because many did; who came back later is a member, too, but nobody else of its time. */
function joinedUntil({ denseMs }: GroupLife, sorted: readonly SeenAlert[], { spanMs }: GroupingPlan): number {
  return sorted.findLast(({ startMs }) => startMs <= denseMs + spanMs)!.startMs;
}

/** By when they began. */
export function earlier(one: SeenAlert, two: SeenAlert): number {
  return one.startMs - two.startMs || (one.alertId < two.alertId ? -1 : 1);
}

function devicesOf(alerts: readonly SeenAlert[]): Set<string> {
  return new Set(alerts.map(({ deviceId }) => deviceId));
}

function densestAround({ singles }: ClassGroups, around: SeenAlert, spanMs: number, needed: number): SeenAlert[] {
  // Most of the time, and always where incidents are turned off: nothing need be looked at.
  if (singles.size < needed) return [];
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
