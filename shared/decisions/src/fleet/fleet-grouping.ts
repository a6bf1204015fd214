// Which alerts of a class are told one by one, and which as one common-cause incident. Deterministic: what is told follows from the
// alerts and the times that it is given, in their order, so that what was stored goes on where it stopped.
//
//   3 of 8 devices     pump-1  O--------------C          O alert opened, C closed
//   within a span      pump-2     O-----------------C
//                      pump-3       O-------C
//                      pump-4           O-------C
//                      told             I        u       C   I incident of 3, u 4 of them, C over; none of the alerts by itself
import { incidentKindOf, type Alert, type FleetIncident } from '@tocsin/schemas';
import type { ClassGroups, GroupingPlan, GroupLife, SeenAlert } from './class-groups.ts';
import { belongsTo, followCalm, isWorse, join, openAround, tell, updateMember } from './incident-life.ts';
import { alertWithPeers, countShifted, peersOf } from './peers.ts';

/** What people are to be told. */
export type Told = { about: 'alert'; alert: Alert } | { about: 'incident'; incident: FleetIncident };

/** How long an incident that has closed still knows its alerts, so that nothing of them is told again. */
const keepMs = 3_600_000;
/** Alerts of a class that are known, for each further word of one to be counted with its peers again. */
const countedAgainMax = 2000;

/** Takes one record of an alert into account, read at `nowMs`; changes `groups`. Records that it knows already change nothing. */
export function takeAlert(groups: ClassGroups, alert: Alert, nowMs: number, plan: GroupingPlan): Told[] {
  const life = groups.incidents.find(({ members }) => members.has(alert.alertId));
  if (life !== undefined) return takeMember(groups, life, alert, nowMs, plan);
  const single = groups.singles.get(alert.alertId);
  if (single === undefined) return takeNew(groups, alert, nowMs, plan);
  if (alert.revision <= single.revision) return [];
  Object.assign(single, changeOf(alert));
  const isHeld = single.held.length > 0;
  single.held.push(alert);
  return isHeld ? [] : tellAlone(groups, [single], plan);
}

/** What is to be told because time has passed; changes `groups`. */
export function passTime(groups: ClassGroups, nowMs: number, plan: GroupingPlan): Told[] {
  const due = [...groups.singles.values()].filter(
    ({ held, sinceMs }) => held.length > 0 && between(nowMs, sinceMs) >= plan.holdMs,
  );
  const told = tellAlone(groups, due, plan);
  // Peers that begin with it will have been heard of by then.
  for (const { alertId, held, sinceMs } of groups.singles.values())
    if (held.length === 0 && between(nowMs, sinceMs) > 2 * plan.spanMs + plan.holdMs) groups.singles.delete(alertId);
  for (const life of groups.incidents) {
    if (life.closedMs !== null) continue;
    const isOver = life.calmSinceMs !== null && between(nowMs, life.calmSinceMs) >= plan.updateEveryMs;
    if (isOver) life.closedMs = nowMs;
    const isDue = life.isNews && life.calmSinceMs === null && between(nowMs, life.toldMs) >= plan.updateEveryMs;
    if (isOver || isDue)
      told.push({ about: 'incident', incident: tell(groups, life, isOver ? 'closed' : 'updated', nowMs, plan) });
  }
  groups.incidents = groups.incidents.filter(({ closedMs }) => closedMs === null || between(nowMs, closedMs) < keepMs);
  return told;
}

/** Does nothing happen until the next alert? */
export function isAtRest({ singles, incidents }: ClassGroups): boolean {
  return singles.size === 0 && incidents.length === 0;
}

function takeNew(groups: ClassGroups, alert: Alert, nowMs: number, plan: GroupingPlan): Told[] {
  const seen = seenAlert(alert, nowMs);
  if (alert.state === 'closed') {
    // Nothing is known of its beginning, and it is over: should that be heard of later, it is no news.
    groups.singles.set(seen.alertId, { ...seen, isOpen: false, wasTold: true });
    return [{ about: 'alert', alert }];
  }
  const life = groups.incidents.find((each) => belongsTo(each, seen, plan));
  if (life !== undefined) {
    join(groups, life, seen, plan);
    followCalm(life, nowMs);
    return worsened(groups, life, nowMs, plan);
  }
  groups.singles.set(seen.alertId, seen);
  const opened = openAround(groups, seen, plan, nowMs);
  if (opened !== null) return [{ about: 'incident', incident: tell(groups, opened, 'opened', nowMs, plan) }];
  seen.held.push(alert);
  return plan.holdMs > 0 ? [] : tellAlone(groups, [seen], plan);
}

/**
 * What alerts by themselves have waited to tell; and while they are open, how many peers began about when they did. Some of those may
 * be forgotten later, so they are never fewer than they were, and nothing is said where nobody listened from the beginning.
 */
function tellAlone(groups: ClassGroups, singles: readonly SeenAlert[], { spanMs }: GroupingPlan): Told[] {
  if (singles.length === 0) return [];
  const known = [groups.singles, ...groups.incidents.map(({ members }) => members)].flatMap((alerts) => [...alerts.values()]);
  // Where thousands have alerts, who was told is not counted again: it takes longer than they take to come.
  const counted = singles.filter(({ shifted, wasTold }) => shifted !== undefined && !(wasTold && known.length > countedAgainMax));
  const counts = countShifted(counted, known, spanMs);
  counted.forEach((single, i) => (single.shifted = Math.max(single.shifted ?? 0, counts[i])));
  return singles.flatMap((single) => {
    const peers = single.shifted === undefined ? null : peersOf(single.shifted, groups.devices);
    const told = single.held.map((alert): Told => {
      return { about: 'alert', alert: peers === null || alert.state === 'closed' ? alert : alertWithPeers(alert, peers) };
    });
    single.held = [];
    single.wasTold = true;
    return told;
  });
}

/** Of members only this is told by itself: that one has ended which people had been told of before. */
function takeMember(groups: ClassGroups, life: GroupLife, alert: Alert, nowMs: number, plan: GroupingPlan): Told[] {
  const member = life.members.get(alert.alertId)!;
  if (alert.revision <= member.revision) return [];
  if (life.closedMs !== null && alert.state !== 'closed') {
    // It has come back after everything was over.
    life.members.delete(alert.alertId);
    life.order = life.order.filter(({ alertId }) => alertId !== alert.alertId);
    return takeNew(groups, alert, nowMs, plan);
  }
  updateMember(life, member, changeOf(alert));
  followCalm(life, nowMs);
  const told: Told[] = member.wasTold && alert.state === 'closed' ? [{ about: 'alert', alert }] : [];
  return [...told, ...worsened(groups, life, nowMs, plan)];
}

function worsened(groups: ClassGroups, life: GroupLife, nowMs: number, plan: GroupingPlan): Told[] {
  if (life.closedMs !== null || !isWorse(life)) return [];
  return [{ about: 'incident', incident: tell(groups, life, 'updated', nowMs, plan) }];
}

function seenAlert(alert: Alert, sinceMs: number): SeenAlert {
  const { alertId, deviceId, severity, revision } = alert;
  const [startMs, endMs] = [alert.startMs, alert.endMs].map(finite);
  const kind = incidentKindOf(alert);
  const isOpen = true;
  // What is not heard of from its beginning may have been told long ago, and then its end has to be told, too.
  const wasTold = revision > 1;
  const seen = { alertId, deviceId, kind, severity, startMs, endMs, revision, isOpen, sinceMs, wasTold, held: [] };
  return wasTold ? seen : { ...seen, shifted: 0 };
}

function changeOf({ revision, severity, endMs, state }: Alert): Pick<SeenAlert, 'revision' | 'severity' | 'endMs' | 'isOpen'> {
  return { revision, severity, endMs: finite(endMs), isOpen: state !== 'closed' };
}

/** A clock that was set back lets nobody wait for as long as it was. */
function between(nowMs: number, sinceMs: number): number {
  return Math.abs(nowMs - sinceMs);
}

/** Others reckon with it, and it has to be stored; an alert itself is told as it is. */
function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0;
}
