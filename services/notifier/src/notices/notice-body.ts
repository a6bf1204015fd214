// A notice as JSON for receivers of webhooks. The same notice gives the same text, letter by letter.
import type { NoticeLinks } from './answer-links.ts';
import { subjectOf, type Notice } from './notice.ts';

/** The format of the body; docs/notifications.md describes it. */
const version = 1;

export function noticeBody(notice: Notice, links: NoticeLinks): string {
  const { state, revision, severity, deviceClass, message, startMs, endMs } = subjectOf(notice);
  const common = { state, severity, deviceClass, message, startAt: time(startMs), endAt: time(endMs) };
  const head = { version, key: notice.key, about: notice.about, id: idOf(notice), revision, ...common };
  return JSON.stringify({ ...head, ...detailsOf(notice), links });
}

function idOf(notice: Notice): string {
  return notice.about === 'alert' ? notice.alert.alertId : notice.incident.incidentId;
}

function detailsOf(notice: Notice): object {
  if (notice.about === 'incident') {
    const { kind, devices, devicesOpen, of, members } = notice.incident;
    const listed = members.map(({ startMs, ...member }) => ({ ...member, startAt: time(startMs) }));
    return { kind, devices, devicesOpen, of, members: listed };
  }
  const { deviceId, guard, score, threshold, pValue, windows, openings = 1, swings = 0, contributions } = notice.alert;
  const { modelVersion, supportWindows, confidence = null, peers = null } = notice.alert;
  const stands = { modelVersion, supportWindows, confidence, peers };
  return { deviceId, kind: guard ?? 'model', score, threshold, pValue, windows, openings, swings, contributions, ...stands };
}

/** RFC 3339. Times beyond what a date can hold come out as its limit. */
export function time(ms: number): string {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, Number.isFinite(ms) ? ms : 0))).toISOString();
}
