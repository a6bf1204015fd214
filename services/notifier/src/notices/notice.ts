// One thing that people are told: a revision of an alert or of a common-cause incident, as it lies in the topic of notices.
import { decodeAlert, decodeFleetIncident, fleetIncidentCodec, type Alert, type FleetIncident } from '@tocsin/schemas';

export type Notice = {
  /** The same however often it is sent: id of what it is about, and its revision. */
  key: string;
  /** When it was written, epoch milliseconds. */
  writtenMs: number;
  /** Was it sent again, because somebody asked for it? */
  isAgain: boolean;
} & ({ about: 'alert'; alert: Alert } | { about: 'incident'; incident: FleetIncident });

export function noticeOfAlert(alert: Alert, writtenMs: number, isAgain = false): Notice {
  return { key: `${alert.alertId}-${alert.revision}`, writtenMs, isAgain, about: 'alert', alert };
}

export function noticeOfIncident(incident: FleetIncident, writtenMs: number, isAgain = false): Notice {
  return { key: `${incident.incidentId}-${incident.revision}`, writtenMs, isAgain, about: 'incident', incident };
}

/** Throws what the codecs throw. */
export function decodeNotice(value: Uint8Array, writtenMs: number, isAgain = false): Notice {
  return fleetIncidentCodec.recognises(value)
    ? noticeOfIncident(decodeFleetIncident(value), writtenMs, isAgain)
    : noticeOfAlert(decodeAlert(value), writtenMs, isAgain);
}

/** What both kinds have in common. */
export function subjectOf(notice: Notice): Alert | FleetIncident {
  return notice.about === 'alert' ? notice.alert : notice.incident;
}
