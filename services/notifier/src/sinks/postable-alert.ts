// A notice as an alert of Alertmanager's API v2. What identifies it stays the same from its first revision to its last but for the
// severity, which routes are made of.
import type { NoticeLinks } from '../notices/answer-links.ts';
import { time } from '../notices/notice-body.ts';
import { subjectOf, type Notice } from '../notices/notice.ts';

export type PostableAlert = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
};

/** What is told again and again. */
export type OpenAlert = Omit<PostableAlert, 'endsAt'>;

const valueCharsMax = 1000;

export function openAlertOf(notice: Notice, links: NoticeLinks, nowMs: number): OpenAlert {
  const { message, startMs } = subjectOf(notice);
  const answers = Object.entries(links.answers).map(([verdict, url]) => [`answer_${verdict.replace('-', '_')}`, url] as const);
  return {
    labels: labelsOf(notice),
    annotations: cut({ summary: message, tocsin_id: notice.key, ...Object.fromEntries(answers) }),
    // A device whose clock is ahead did not begin later than now.
    startsAt: time(Math.min(startMs, nowMs)),
    ...(links.page === null ? {} : { generatorURL: links.page }),
  };
}

export function firing(alert: OpenAlert, nowMs: number, forMs: number): PostableAlert {
  return { ...alert, endsAt: time(nowMs + forMs) };
}

export function resolved(alert: OpenAlert, nowMs: number): PostableAlert {
  return { ...alert, endsAt: time(nowMs) };
}

export function hasSameLabels({ labels: one }: OpenAlert, { labels: two }: OpenAlert): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

function labelsOf(notice: Notice): Record<string, string> {
  const { severity, deviceClass } = subjectOf(notice);
  const common = { severity, source: 'tocsin', device_class: deviceClass };
  if (notice.about === 'alert')
    return cut({ alertname: 'TocsinAlert', kind: notice.alert.guard ?? 'model', device: notice.alert.deviceId, ...common });
  const { kind, incidentId } = notice.incident;
  return cut({ alertname: 'TocsinFleetIncident', kind, incident: incidentId, ...common });
}

function cut(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    // Links may not be cut.
    Object.entries(texts).map(([name, text]) => [name, name.startsWith('answer_') ? text : text.slice(0, valueCharsMax)]),
  );
}
