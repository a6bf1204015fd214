// Common-cause incidents as they stand now, and which alerts they are made of. Bounded; the one that was heard of longest ago goes first.
import { incidentKindOf, type Alert, type FleetIncident } from '@tocsin/schemas';

export type IncidentBook = {
  /** True where it was news. */
  add(incident: FleetIncident): boolean;
  find(incidentId: string): FleetIncident | null;
  /** The incident that an alert is part of, listed among its members or, of one with more than are listed, by when it began. */
  of(alert: PlacedAlert): FleetIncident | null;
};

export type PlacedAlert = Pick<Alert, 'alertId' | 'deviceClass' | 'guard' | 'startMs'>;

const incidentsMax = 500;

export function createIncidentBook(): IncidentBook {
  const incidents = new Map<string, FleetIncident>();
  const byAlert = new Map<string, string>();
  /** Those with more members than are listed. */
  const large = new Map<string, FleetIncident>();

  function forget({ incidentId, members }: FleetIncident): void {
    incidents.delete(incidentId);
    large.delete(incidentId);
    for (const { alertId } of members) if (byAlert.get(alertId) === incidentId) byAlert.delete(alertId);
  }

  return {
    add(incident) {
      const known = incidents.get(incident.incidentId);
      if (known !== undefined && known.revision >= incident.revision) return false;
      if (known !== undefined) forget(known);
      incidents.set(incident.incidentId, incident);
      if (incident.joinedUntilMs !== undefined) large.set(incident.incidentId, incident);
      for (const { alertId } of incident.members) byAlert.set(alertId, incident.incidentId);
      const [oldest] = incidents.values();
      if (incidents.size > incidentsMax) forget(oldest);
      return true;
    },
    find: (incidentId) => incidents.get(incidentId) ?? null,
    of(alert) {
      const listed = byAlert.get(alert.alertId);
      if (listed !== undefined) return incidents.get(listed) ?? null;
      for (const incident of large.values()) if (isUnlistedMember(incident, alert)) return incident;
      return null;
    },
  };
}

function isUnlistedMember({ deviceClass, kind, startMs, joinedUntilMs = -Infinity }: FleetIncident, alert: PlacedAlert): boolean {
  const isKin = alert.deviceClass === deviceClass && incidentKindOf(alert) === kind;
  return isKin && alert.startMs >= startMs && alert.startMs <= joinedUntilMs;
}
