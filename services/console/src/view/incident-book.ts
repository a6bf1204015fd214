// Common-cause incidents as they stand now, and which alerts they are made of. Bounded; the one that was heard of longest ago goes first.
import type { FleetIncident } from '@tocsin/schemas';

export type IncidentBook = {
  /** True where it was news. */
  add(incident: FleetIncident): boolean;
  /** The incident that an alert is part of, as far as it lists its members. */
  ofAlert(alertId: string): FleetIncident | null;
};

const incidentsMax = 500;

export function createIncidentBook(): IncidentBook {
  const incidents = new Map<string, FleetIncident>();
  const byAlert = new Map<string, string>();

  function forget({ incidentId, members }: FleetIncident): void {
    incidents.delete(incidentId);
    for (const { alertId } of members) if (byAlert.get(alertId) === incidentId) byAlert.delete(alertId);
  }

  return {
    add(incident) {
      const known = incidents.get(incident.incidentId);
      if (known !== undefined && known.revision >= incident.revision) return false;
      if (known !== undefined) forget(known);
      incidents.set(incident.incidentId, incident);
      for (const { alertId } of incident.members) byAlert.set(alertId, incident.incidentId);
      const [oldest] = incidents.values();
      if (incidents.size > incidentsMax) forget(oldest);
      return true;
    },
    ofAlert: (alertId) => incidents.get(byAlert.get(alertId) ?? '') ?? null,
  };
}
