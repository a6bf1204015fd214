// What a link that answers a whole incident would say now, and what it has said.
import { batchIdOf, labelIdIn, type FleetIncident, type IncidentLink, type Label } from '@tocsin/schemas';
import type { AlertBook, KnownAlert } from './alert-book.ts';
import type { IncidentBook } from './incident-book.ts';
import type { Said, VerdictBook } from './verdict-book.ts';

export type IncidentAnswer = {
  batchId: string;
  /** Null where this console does not know it any more. */
  incident: FleetIncident | null;
  /** Its alerts, as far as they are known, each with what stands on it. */
  alerts: { known: KnownAlert; standing: Said | null }[];
  /** What was said with the link and was not taken back; and how much was. */
  said: Said[];
  takenBack: number;
  /**
   * What it would answer now: alerts of which that does not stand already. Once it was used, only those that came since and that nobody
   * has answered; once that was taken back, none.
   */
  toAnswer: { known: KnownAlert; standing: Said | null }[];
};

type Books = { alerts: Pick<AlertBook, 'all'>; incidents: IncidentBook; verdicts: VerdictBook };

/** `key` is a hash of the link: one link is one answer. */
export function incidentAnswerOf(
  { alerts, incidents, verdicts }: Books,
  { incidentId, verdict }: IncidentLink,
  key: string,
): IncidentAnswer {
  const batchId = batchIdOf('incident', key);
  const incident = incidents.find(incidentId);
  const batch = verdicts.ofBatch(batchId);
  const said = batch.filter(({ isUndone }) => !isUndone);
  const members = incident === null ? [] : membersOf(incident, alerts, incidents);
  const known = members.map((each) => ({ known: each, standing: verdicts.standing(each.alert.deviceId, each.alert.alertId) }));
  const answered = new Set(batch.map(({ subjectId }) => subjectId));
  const toAnswer = known.filter(({ known: { alert }, standing }) => {
    if (batch.length === 0) return standing?.verdict !== verdict;
    return said.length > 0 && standing === null && !answered.has(alert.alertId);
  });
  return { batchId, incident, alerts: known, said, takenBack: batch.length - said.length, toAnswer };
}

/** The labels that the link says of alerts that were heard of by `seenMs`, log time. */
export function labelsOfIncident(
  { batchId, toAnswer }: IncidentAnswer,
  { verdict, who }: IncidentLink,
  { note, seenMs, atMs }: { note: string; seenMs: number; atMs: number },
): Label[] {
  const common = { verdict, who, atMs, note: note === '' ? 'by link' : note };
  return toAnswer
    .filter(({ known }) => known.openedMs <= seenMs)
    .map(({ known: { alert } }) => {
      const { alertId, deviceId } = alert;
      return { labelId: labelIdIn(batchId, alertId), deviceId, subjectId: alertId, ...common };
    });
}

function membersOf({ incidentId }: FleetIncident, alerts: Books['alerts'], incidents: IncidentBook): KnownAlert[] {
  return [...alerts.all()].filter(({ alert }) => incidents.of(alert)?.incidentId === incidentId);
}
