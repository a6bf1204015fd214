// Alerts the way people ask for them: with what was said of them, who else shifted, and in groups that began together.
import type { Alert, FeatureSpec, FleetIncident } from '@tocsin/schemas';
import type { AlertGroup, AlertsPage, AlertsQuery, AlertView, ContributionView, LabelView } from '../api/alerts-api.ts';
import type { AlertBook, KnownAlert } from './alert-book.ts';
import type { FleetView } from './fleet-view.ts';
import type { IncidentBook } from './incident-book.ts';
import type { Said, VerdictBook } from './verdict-book.ts';

export type AlertParts = {
  alerts: AlertBook;
  incidents: IncidentBook;
  verdicts: VerdictBook;
  fleet: FleetView;
  specs: ReadonlyMap<string, FeatureSpec>;
  /** Has the device taken this label up? */
  effectOf(said: Said): LabelView['inEffect'];
};

/** Alerts of a class and kind that begin within so long of the one before, in event time, began together; milliseconds. */
const togetherMs = 5 * 60_000;

const lives = { open: 0, acknowledged: 1, closed: 2 } as const;

export function labelViewOf(said: Said, effectOf: AlertParts['effectOf']): LabelView {
  const { labelId, deviceId, subjectId, verdict, who, atMs, note, undoes, isUndone, stands } = said;
  return { labelId, deviceId, subjectId, verdict, who, atMs, note, undoes, isUndone, stands, inEffect: effectOf(said) };
}

/** What a feature is, for whoever has no feature spec. */
export function contributionViews(alert: Pick<Alert, 'contributions'>, spec: FeatureSpec | undefined): ContributionView[] {
  return alert.contributions.map((contribution) => {
    const element = spec?.elements.find(({ name }) => name === contribution.feature);
    return { ...contribution, block: element?.block ?? '', unit: element?.unit ?? 'value' };
  });
}

function lifeOf(alert: Alert, standing: Said | null): AlertView['life'] {
  if (alert.state === 'closed') return 'closed';
  return standing === null ? 'open' : 'acknowledged';
}

/** One alert; `together` holds the devices of its class that have one at the same time. */
export function alertViewOf(
  parts: AlertParts,
  { alert, openedMs, updatedMs, cause }: KnownAlert,
  peers: AlertView['peers'],
): AlertView {
  const { verdicts, specs, effectOf } = parts;
  const standing = verdicts.standing(alert.alertId);
  const { alertId, revision, deviceId, deviceClass, severity, startMs, endMs, score, threshold, pValue, windows, message } =
    alert;
  return {
    alertId,
    revision,
    life: lifeOf(alert, standing),
    deviceId,
    deviceClass,
    guard: alert.guard ?? null,
    severity,
    startMs,
    endMs,
    openedMs,
    updatedMs,
    score,
    threshold,
    pValue,
    windows,
    contributions: contributionViews(cause, specs.get(deviceClass)),
    modelVersion: alert.modelVersion,
    supportWindows: alert.supportWindows,
    confidence: alert.confidence ?? null,
    message,
    cause: cause.message,
    peers,
    standing: standing === null ? null : labelViewOf(standing, effectOf),
    labels: verdicts.ofSubject(alertId).map((said) => labelViewOf(said, effectOf)),
  };
}

/** Filters, sorts and groups. */
export function queryAlerts(parts: AlertParts, query: AlertsQuery): AlertsPage {
  const text = query.q.toLowerCase();
  const counts = { open: 0, acknowledged: 0, closed: 0 };
  const found: { known: KnownAlert; life: AlertView['life'] }[] = [];
  for (const known of parts.alerts.all()) {
    const { alert, cause } = known;
    if (query.device !== undefined && alert.deviceId !== query.device) continue;
    if (query.class !== undefined && alert.deviceClass !== query.class) continue;
    if (text !== '' && !`${alert.deviceId} ${alert.deviceClass} ${cause.message}`.toLowerCase().includes(text)) continue;
    const life = lifeOf(alert, parts.verdicts.standing(alert.alertId));
    counts[life] += 1;
    if (query.life === 'all' || query.life === life) found.push({ known, life });
  }
  found.sort((one, two) => lives[one.life] - lives[two.life] || urgency(one.known, two.known));
  const page = found.slice(query.offset, query.offset + query.limit).map(({ known }) => known);
  const peersOf = createPeers(parts);
  const views = page.map((known) => alertViewOf(parts, known, peersOf(known.alert)));
  return { matched: found.length, offset: query.offset, counts, alerts: views, groups: groupsOf(views, parts) };
}

function urgency({ alert: one, updatedMs: first }: KnownAlert, { alert: two, updatedMs: second }: KnownAlert): number {
  const isOver = one.state === 'closed';
  if (!isOver && one.severity !== two.severity) return one.severity === 'critical' ? -1 : 1;
  return second - first;
}

/** How many other devices of a class have an alert of the same kind that overlaps in event time. */
export function createPeers({ alerts, fleet }: AlertParts): (alert: Alert) => AlertView['peers'] {
  const byClass = new Map<string, Alert[]>();
  for (const { alert } of alerts.all()) byClass.set(alert.deviceClass, [...(byClass.get(alert.deviceClass) ?? []), alert]);
  const sizes = classSizes(fleet);
  return ({ deviceClass, deviceId, guard, startMs, endMs }) => {
    const others = new Set<string>();
    for (const other of byClass.get(deviceClass) ?? []) {
      const overlaps = other.startMs <= endMs + togetherMs && other.endMs >= startMs - togetherMs;
      if (overlaps && other.guard === guard && other.deviceId !== deviceId) others.add(other.deviceId);
    }
    return { shifted: others.size, of: Math.max(0, (sizes.get(deviceClass) ?? 1) - 1) };
  };
}

function classSizes({ devices }: FleetView): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { deviceClass } of devices.values()) sizes.set(deviceClass, (sizes.get(deviceClass) ?? 0) + 1);
  return sizes;
}

function beganWith({ incident, deviceClass, guard, startMs }: AlertGroup, alert: AlertView): boolean {
  return incident === null && deviceClass === alert.deviceClass && guard === alert.guard && alert.startMs - startMs <= togetherMs;
}

function incidentViewOf({ state, devices, devicesOpen, of, message }: FleetIncident): AlertGroup['incident'] {
  return { state, devices, devicesOpen, of, message };
}

/** Groups in the order of their most urgent alert: those of an incident, and those that began together. */
function groupsOf(alerts: readonly AlertView[], { fleet, incidents }: AlertParts): AlertGroup[] {
  const sizes = classSizes(fleet);
  const groups: (AlertGroup & { names: Set<string> })[] = [];
  for (const alert of alerts.toSorted((one, two) => one.startMs - two.startMs)) {
    const incident = incidents.ofAlert(alert.alertId);
    const kin = groups.findLast((group) => (incident === null ? beganWith(group, alert) : group.groupId === incident.incidentId));
    if (kin === undefined) {
      const { alertId, deviceClass, guard, startMs, endMs } = alert;
      const of = sizes.get(deviceClass) ?? 1;
      groups.push({
        groupId: incident?.incidentId ?? alertId,
        deviceClass,
        guard,
        startMs,
        endMs,
        devices: 1,
        of,
        alertIds: [alertId],
        incident: incident === null ? null : incidentViewOf(incident),
        names: new Set([alert.deviceId]),
      });
      continue;
    }
    kin.alertIds.push(alert.alertId);
    kin.endMs = Math.max(kin.endMs, alert.endMs);
    kin.devices = kin.names.add(alert.deviceId).size;
  }
  const rank = new Map(alerts.map(({ alertId }, i) => [alertId, i]));
  const first = ({ alertIds }: AlertGroup) => Math.min(...alertIds.map((id) => rank.get(id)!));
  return groups.sort((one, two) => first(one) - first(two)).map(({ names: _names, ...group }) => group);
}
