// A common-cause incident: many devices of a class whose alerts began together, told as one. Not the cause itself.
import type { Alert, AlertState, Severity } from './alert.ts';

/** Devices that say nothing have another cause in common than devices that shifted. */
export const incidentKinds = ['shift', 'silence'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** The kind of incident that an alert can be part of. */
export function incidentKindOf({ guard }: Pick<Alert, 'guard'>): IncidentKind {
  return guard === 'silent' ? 'silence' : 'shift';
}

/** One alert of an incident. */
export type IncidentMember = {
  deviceId: string;
  alertId: string;
  /** When the alert began, event time, epoch milliseconds. */
  startMs: number;
  isOpen: boolean;
  /** Was it told by itself before it was part of this? */
  wasTold: boolean;
};

/** Members that a record lists, at most; `devices` counts all. */
export const listedMembersMax = 500;

/** Record of topic `tocsin.incidents`. The same `incidentId` with a higher `revision` replaces what was said before. */
export type FleetIncident = {
  /** Derived from the first alert of the incident and when it was noticed. */
  incidentId: string;
  revision: number;
  state: AlertState;
  deviceClass: string;
  kind: IncidentKind;
  /** The worst of its members so far. */
  severity: Severity;
  /** Event time of the first member's beginning and of the last one's newest anomalous window, epoch milliseconds. */
  startMs: number;
  endMs: number;
  /** Devices with an alert in it, so far and still. */
  devices: number;
  devicesOpen: number;
  /** Devices of the class, as far as they were known; 0 where nobody knew. */
  of: number;
  /** By when they began; the first 500. */
  members: readonly IncidentMember[];
  /**
   * Where it has more members than are listed: whatever began from `startMs` to then, of this class and kind, is one of them. Event
   * time, epoch milliseconds.
   */
  joinedUntilMs?: number;
  /** One sentence for people. */
  message: string;
};
