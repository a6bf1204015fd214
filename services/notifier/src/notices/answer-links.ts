// The links of a notice: where to look, and one for each answer. A notice that is repeated has the same links again.
import { signLink, verdicts } from '@tocsin/schemas';
import type { Notice } from './notice.ts';

export type LinkPlan = {
  /** Where people reach the console, without a slash at the end; null for no links. */
  url: string | null;
  /** What answers are signed with; null for none. */
  key: string | null;
  validForMs: number;
};

export type NoticeLinks = {
  /** The page about it; null without links. */
  page: string | null;
  /** One for each answer. */
  answers: Partial<Record<(typeof verdicts)[number], string>>;
};

/** Links under which `who` answers. They expire `validForMs` after the notice was written. */
export function linksOf(notice: Notice, { url, key, validForMs }: LinkPlan, who: string): NoticeLinks {
  if (url === null) return { page: null, answers: {} };
  const page = `${url}${pageOf(notice)}`;
  if (key === null) return { page, answers: {} };
  const expiresMs = notice.writtenMs + validForMs;
  const link = (verdict: (typeof verdicts)[number]) =>
    `${url}/answer?t=${signLink({ ...subjectOfLink(notice), verdict, who, expiresMs }, key)}`;
  return { page, answers: Object.fromEntries(verdicts.map((verdict) => [verdict, link(verdict)])) };
}

function pageOf(notice: Notice): string {
  if (notice.about === 'incident') return '/#/alerts';
  return `/#/device?${new URLSearchParams({ id: notice.alert.deviceId }).toString()}`;
}

/** What is answered: one alert, or all that an incident is made of when somebody answers. */
function subjectOfLink(notice: Notice) {
  if (notice.about === 'incident') return { incidentId: notice.incident.incidentId, deviceClass: notice.incident.deviceClass };
  return { alertId: notice.alert.alertId, deviceId: notice.alert.deviceId };
}
