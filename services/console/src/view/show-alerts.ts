// Alerts the way people ask for them: with what was said of them, who else shifted, and in groups that began together.
import type { Alert, DeviceClass, FeatureSpec } from '@tocsin/schemas';
import type { AlertsPage, AlertsQuery, AlertView, ContributionView, LabelView } from '../api/alerts-api.ts';
import type { AlertBook, KnownAlert } from './alert-book.ts';
import { peersOfAlerts } from './alert-peers.ts';
import type { FleetView } from './fleet-view.ts';
import { groupAlerts, shownGroups, type WholeGroup } from './group-alerts.ts';
import { batchViewOf, groupAnswers } from './group-answers.ts';
import type { IncidentBook } from './incident-book.ts';
import { isPlanned } from './planned-work.ts';
import type { Said, VerdictBook } from './verdict-book.ts';

export type AlertParts = {
  alerts: AlertBook;
  incidents: IncidentBook;
  verdicts: VerdictBook;
  fleet: FleetView;
  classes: ReadonlyMap<string, DeviceClass>;
  specs: ReadonlyMap<string, FeatureSpec>;
  /** Devices whose alerts begin within so long of each other, in event time, shifted together. */
  peerSpanMs: number;
  /** Has the device taken this label up? */
  effectOf(said: Said): LabelView['inEffect'];
};

const lives = { open: 0, acknowledged: 1, closed: 2 } as const;

export function labelViewOf(said: Said, { verdicts, effectOf }: Pick<AlertParts, 'verdicts' | 'effectOf'>): LabelView {
  const { labelId, deviceId, subjectId, verdict, who, atMs, note, undoes, isUndone, stands } = said;
  const whole = { batch: batchViewOf(said, verdicts), inEffect: effectOf(said) };
  return { labelId, deviceId, subjectId, verdict, who, atMs, note, undoes, isUndone, stands, ...whole };
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

/** Alerts, each with how many peers had one about when it began. */
export function alertViewsOf(parts: AlertParts, known: readonly KnownAlert[]): AlertView[] {
  const peers = peersOfAlerts(
    parts,
    known.map(({ alert }) => alert),
  );
  return known.map((one) => alertViewOf(parts, one, peers.get(one.alert.alertId)!));
}

function alertViewOf(parts: AlertParts, { alert, openedMs, updatedMs, cause }: KnownAlert, peers: AlertView['peers']): AlertView {
  const { verdicts, specs } = parts;
  const standing = verdicts.standing(alert.deviceId, alert.alertId);
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
    isHeld: isHeld(parts, alert),
    openings: alert.openings ?? 1,
    swings: alert.swings ?? 0,
    contributions: contributionViews(cause, specs.get(deviceClass)),
    modelVersion: alert.modelVersion,
    supportWindows: alert.supportWindows,
    confidence: alert.confidence ?? null,
    message,
    cause: cause.message,
    peers,
    standing: standing === null ? null : labelViewOf(standing, parts),
    labels: verdicts.ofSubject(deviceId, alertId).map((said) => labelViewOf(said, parts)),
  };
}

function isHeld({ fleet, classes }: AlertParts, { state, deviceId, deviceClass }: Alert): boolean {
  const device = fleet.devices.get(deviceId);
  return state !== 'closed' && device !== undefined && isPlanned(device, classes.get(deviceClass), fleet.logTimeMs());
}

/** Filters, sorts and groups. */
export function queryAlerts(parts: AlertParts, query: AlertsQuery): AlertsPage {
  const { found, counts } = findAlerts(parts, query);
  found.sort((one, two) => lives[one.life] - lives[two.life] || urgency(one.known, two.known));
  const page = found.slice(query.offset, query.offset + query.limit).map(({ known }) => known);
  const alerts = alertViewsOf(parts, page);
  const standing = new Map(found.flatMap((one) => (one.standing === null ? [] : [[one.known.alert.alertId, one.standing]])));
  const groups = shownGroups(groupAlerts(alertsOf(found), parts), alerts, (those) => {
    return { answers: groupAnswers(those, standing, parts.verdicts), seenMs: openedUntil(parts, those) };
  });
  return { matched: found.length, offset: query.offset, counts, alerts, groups };
}

/** A group as `asked` finds it now; null where there is no such group any more. */
export function findGroup(parts: AlertParts, asked: AlertsFilter, groupId: string): WholeGroup | null {
  const groups = groupAlerts(alertsOf(findAlerts(parts, asked).found), parts);
  return groups.find((group) => group.groupId === groupId) ?? null;
}

/** Log time by which all of `alerts` had been opened. */
function openedUntil({ alerts: book }: AlertParts, alerts: readonly Alert[]): number {
  return alerts.reduce((latest, { alertId }) => Math.max(latest, book.find(alertId)?.openedMs ?? 0), 0);
}

type AlertsFilter = Omit<AlertsQuery, 'offset' | 'limit'>;
type Found = { known: KnownAlert; life: AlertView['life']; standing: Said | null };

function alertsOf(found: readonly Found[]): Alert[] {
  return found.map(({ known }) => known.alert);
}

function findAlerts(parts: AlertParts, query: AlertsFilter): { found: Found[]; counts: AlertsPage['counts'] } {
  const text = query.q.toLowerCase();
  const counts = { open: 0, acknowledged: 0, closed: 0 };
  const found: Found[] = [];
  for (const known of parts.alerts.all()) {
    const { alert, cause } = known;
    if (query.device !== undefined && alert.deviceId !== query.device) continue;
    if (query.class !== undefined && alert.deviceClass !== query.class) continue;
    if (text !== '' && !`${alert.deviceId} ${alert.deviceClass} ${cause.message}`.toLowerCase().includes(text)) continue;
    const standing = parts.verdicts.standing(alert.deviceId, alert.alertId);
    const life = lifeOf(alert, standing);
    counts[life] += 1;
    if (query.life === 'all' || query.life === life) found.push({ known, life, standing });
  }
  return { found, counts };
}

/** Open ones keep their places while they go on: nobody's list moves under the finger that answers. */
function urgency({ alert: one, updatedMs: first }: KnownAlert, { alert: two, updatedMs: second }: KnownAlert): number {
  if (one.state === 'closed') return second - first;
  if (one.severity !== two.severity) return one.severity === 'critical' ? -1 : 1;
  return two.startMs - one.startMs || (one.alertId < two.alertId ? -1 : 1);
}
