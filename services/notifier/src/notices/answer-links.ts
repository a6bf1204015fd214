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
  /** One for each answer; none for incidents: their alerts have their own. */
  answers: Partial<Record<(typeof verdicts)[number], string>>;
};

/** Links under which `who` answers. They expire `validForMs` after the notice was written. */
export function linksOf(notice: Notice, { url, key, validForMs }: LinkPlan, who: string): NoticeLinks {
  if (url === null) return { page: null, answers: {} };
  if (notice.about === 'incident') return { page: `${url}/#/alerts`, answers: {} };
  const { alertId, deviceId } = notice.alert;
  const page = `${url}/#/device?${new URLSearchParams({ id: deviceId }).toString()}`;
  if (key === null) return { page, answers: {} };
  const expiresMs = notice.writtenMs + validForMs;
  const link = (verdict: (typeof verdicts)[number]) =>
    `${url}/answer?t=${signLink({ alertId, deviceId, verdict, who, expiresMs }, key)}`;
  return { page, answers: Object.fromEntries(verdicts.map((verdict) => [verdict, link(verdict)])) };
}
