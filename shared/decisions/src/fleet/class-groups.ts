// What is remembered of the alerts of one class to tell which of them began together; and the same as plain data, to be stored.
import type { Alert, IncidentKind, Severity } from '@tocsin/schemas';

export type GroupingPlan = {
  /** Of the devices of the class so large a share, and so many at least, have to begin together. */
  share: number;
  minDevices: number;
  /** Within so long, event time. */
  spanMs: number;
  /** How long an alert waits for its peers before it is told by itself; 0 for not at all. */
  holdMs: number;
  /** An open incident is told again so often at most, and closes when none of its alerts has been open for so long. */
  updateEveryMs: number;
};

export type SeenAlert = {
  alertId: string;
  deviceId: string;
  kind: IncidentKind;
  severity: Severity;
  /** Event time. */
  startMs: number;
  endMs: number;
  revision: number;
  isOpen: boolean;
  /** When it was first heard of; all times but those of events are the caller's. */
  sinceMs: number;
  wasTold: boolean;
  /** The most peers that were counted with an alert about when this one began; absent where it was not heard of from its beginning. */
  shifted?: number;
  /** What waits to be told. */
  held: Alert[];
};

export type GroupLife = {
  incidentId: string;
  kind: IncidentKind;
  revision: number;
  /** As it was told last, and the worst of its members. */
  severity: Severity;
  worst: Severity;
  /** Devices of the class, the most that were counted. */
  of: number;
  /** Latest event time at which enough devices had begun within a span: so long afterwards others join. */
  denseMs: number;
  /** Event time at which the first of them began. */
  firstMs: number;
  toldMs: number;
  /** Has anything changed since then? */
  isNews: boolean;
  /** How many of its alerts are open; and since when none is. */
  openAlerts: number;
  calmSinceMs: number | null;
  closedMs: number | null;
  /** By alert; and in the order in which they joined. */
  members: Map<string, SeenAlert>;
  order: SeenAlert[];
};

export type ClassGroups = {
  deviceClass: string;
  /** Devices of the class, as last counted; 0 where nobody knows. */
  devices: number;
  /** Alerts that were never told by themselves because of an incident, so far. */
  grouped: number;
  singles: Map<string, SeenAlert>;
  incidents: GroupLife[];
};

export type StoredGroups = Omit<ClassGroups, 'singles' | 'incidents'> & {
  singles: SeenAlert[];
  incidents: (Omit<GroupLife, 'members' | 'order'> & { members: SeenAlert[] })[];
};

export function noGroups(deviceClass: string): ClassGroups {
  return { deviceClass, devices: 0, grouped: 0, singles: new Map(), incidents: [] };
}

/** Plain data, good for JSON. */
export function storeGroups({ singles, incidents, ...rest }: ClassGroups): StoredGroups {
  return {
    ...rest,
    singles: [...singles.values()],
    incidents: incidents.map(({ order: _order, members, ...life }) => ({ ...life, members: [...members.values()] })),
  };
}

export function restoreGroups({ singles, incidents, ...rest }: StoredGroups): ClassGroups {
  const byId = (alerts: readonly SeenAlert[]) => new Map(alerts.map((alert) => [alert.alertId, alert]));
  const restored = incidents.map((life) => ({ ...life, members: byId(life.members), order: [...life.members] }));
  return { ...rest, singles: byId(singles), incidents: restored };
}
