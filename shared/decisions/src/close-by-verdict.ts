// An operator ends an incident.
import type { Alert, Incident, Label, ModelIncident } from '@tocsin/schemas';
import { noIncident, type Decision } from './decide.ts';

/** Facts of the device that a closing alert repeats. */
export type DeviceFacts = Pick<Alert, 'deviceId' | 'deviceClass' | 'modelVersion' | 'supportWindows'>;

/** Closes the open incident, if any, and forgets what led to it; the alert says who closed it and why. */
export function closeByVerdict(
  incident: Incident,
  { verdict, who }: Pick<Label, 'verdict' | 'who'>,
  facts: DeviceFacts,
): Decision {
  const { open } = incident;
  if (open === null) return { incident: noIncident, alert: null };
  return { incident: noIncident, alert: closingOf(open, facts, verdictMessage(facts.deviceId, verdict, who)) };
}

/** The last word on an open incident that does not close by itself. */
export function closingOf(open: ModelIncident, facts: DeviceFacts, message: string): Alert {
  return { ...open, revision: open.revision + 1, state: 'closed', contributions: [], message, ...facts };
}

/** What a verdict said of an alert that had closed is said: if it comes back, it is another one. */
export function forgetClosed(incident: Incident): Incident {
  if (incident.closed === undefined) return incident;
  const { closed: _closed, ...others } = incident;
  return others;
}

/** `pump-3: closed by Ada: false alarm.` */
export function verdictMessage(deviceId: string, verdict: Label['verdict'], who: string): string {
  return `${deviceId}: closed by ${who === '' ? 'an operator' : who}: ${verdict.replace('-', ' ')}.`;
}
