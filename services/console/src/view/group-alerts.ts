// Alerts in groups: those that are told as one incident, and those of one class and kind that began together.
import type { Alert } from '@tocsin/schemas';
import type { AlertGroup } from '../api/alerts-api.ts';
import type { AlertParts } from './show-alerts.ts';

/** A group with all of its alerts, the one that began first before the others. */
export type WholeGroup = Omit<AlertGroup, 'devices' | 'alerts' | 'alertIds' | 'answers' | 'seenMs'> & { alerts: Alert[] };

/** Alerts of a class and kind that begin within so long of the first, in event time, began together; milliseconds. */
export const togetherMs = 5 * 60_000;

export function groupAlerts(
  alerts: readonly Alert[],
  { fleet, incidents }: Pick<AlertParts, 'fleet' | 'incidents'>,
): WholeGroup[] {
  const sizes = classSizes(fleet);
  const groups: WholeGroup[] = [];
  /** Of every incident, and of every class and kind the group that began last. */
  const newest = new Map<string, WholeGroup>();
  for (const alert of alerts.toSorted((one, two) => one.startMs - two.startMs)) {
    const { alertId, deviceClass, startMs, endMs } = alert;
    const guard = alert.guard ?? null;
    const incident = incidents.of(alert);
    const place = incident === null ? `together ${guard} ${deviceClass}` : `incident ${incident.incidentId}`;
    const kin = newest.get(place);
    if (kin !== undefined && (incident !== null || startMs - kin.startMs <= togetherMs)) {
      kin.alerts.push(alert);
      kin.endMs = Math.max(kin.endMs, endMs);
      continue;
    }
    const group: WholeGroup = {
      groupId: incident?.incidentId ?? alertId,
      deviceClass,
      guard,
      startMs,
      endMs,
      of: sizes.get(deviceClass) ?? 1,
      alerts: [alert],
      incident: incident === null ? null : incidentViewOf(incident),
    };
    newest.set(place, group);
    groups.push(group);
  }
  return groups;
}

function incidentViewOf({
  state,
  devices,
  devicesOpen,
  of,
  message,
}: NonNullable<AlertGroup['incident']>): AlertGroup['incident'] {
  return { state, devices, devicesOpen, of, message };
}

/** Those that have an alert on the page, in the order of their most urgent one: the page has its most urgent first. */
export function shownGroups(
  groups: readonly WholeGroup[],
  page: readonly { alertId: string }[],
  factsOf: (alerts: readonly Alert[]) => Pick<AlertGroup, 'answers' | 'seenMs'>,
): AlertGroup[] {
  const rank = new Map(page.map(({ alertId }, i) => [alertId, i]));
  const shown = groups.flatMap(({ alerts, ...group }) => {
    const alertIds = alerts.flatMap(({ alertId }) => (rank.has(alertId) ? [alertId] : []));
    const devices = new Set(alerts.map(({ deviceId }) => deviceId)).size;
    return alertIds.length === 0 ? [] : [{ ...group, devices, alerts: alerts.length, alertIds, ...factsOf(alerts) }];
  });
  const first = ({ alertIds }: AlertGroup) => Math.min(...alertIds.map((id) => rank.get(id)!));
  return shown.sort((one, two) => first(one) - first(two));
}

/** How many devices of every class are known. */
export function classSizes({ devices }: AlertParts['fleet']): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { deviceClass } of devices.values()) sizes.set(deviceClass, (sizes.get(deviceClass) ?? 0) + 1);
  return sizes;
}
