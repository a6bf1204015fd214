// A Prometheus Alertmanager: alerts fire with their first notice, are told again while they are open, so that they do not time out
// there, and are resolved with their last. What it is told twice it takes for the same.
import { linksOf, type LinkPlan } from '../notices/answer-links.ts';
import { subjectOf, type Notice } from '../notices/notice.ts';
import { createEndings } from './endings.ts';
import { firing, hasSameLabels, openAlertOf, resolved, type PostableAlert } from './postable-alert.ts';
import { post } from './post.ts';
import { createRefresh, type RefreshParts } from './refresh-open.ts';
import type { Attempt, Sink } from './sink.ts';

export type AlertmanagerOptions = Omit<RefreshParts, 'send' | 'forMs' | 'ending'> & {
  url: string;
  headers: Readonly<Record<string, string>>;
  recipient: string;
  links: LinkPlan;
  timeoutMs: number;
  refreshMs: number;
};

/** Prometheus, too, lets its alerts end after four times as long as it takes to tell them again. */
const lastingRefreshes = 4;

export function createAlertmanager(options: AlertmanagerOptions): Sink {
  const { name, open, refreshMs, links, recipient, endedAmong, now } = options;
  const url = `${options.url.replace(/\/+$/, '')}/api/v2/alerts`;
  const forMs = lastingRefreshes * refreshMs;
  const ending = new AbortController();
  const endings = createEndings();
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: an alert that is told again must not arrive after its end. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  }

  function send(alerts: readonly PostableAlert[], signal: AbortSignal): Promise<Attempt> {
    return post({ url, body: JSON.stringify(alerts), headers: options.headers, timeoutMs: options.timeoutMs, signal });
  }

  const alertOf = (notice: Notice) => openAlertOf(notice, linksOf(notice, links, recipient), now());

  /** From now on it is told again and again, or not any more. */
  function remember(notice: Notice, partition: number): void {
    const id = idOf(notice);
    endings.note(id, notice);
    if (isOver(notice)) open.end(id);
    else open.set(partition, id, { alert: alertOf(notice), saidMs: notice.writtenMs });
  }

  /** It ended before this arrived; of what is sent again after a long time only the store may know. */
  async function isPast(notice: Notice): Promise<boolean> {
    if (isOver(notice)) return false;
    if (!notice.isAgain) return endings.isPast(idOf(notice), notice);
    return (await endedAmong([[idOf(notice), alertOf(notice)]]).catch(() => [])).length > 0;
  }

  async function deliver(notice: Notice, partition: number, signal: AbortSignal): Promise<Attempt> {
    if (await isPast(notice)) return { outcome: 'delivered' };
    const alert = alertOf(notice);
    const before = open.get(idOf(notice))?.alert;
    const attempt = await send(
      [
        ...(before === undefined || hasSameLabels(before, alert) ? [] : [resolved(before, now())]),
        isOver(notice) ? resolved(alert, now()) : firing(alert, now(), forMs),
      ],
      signal,
    );
    if (attempt.outcome === 'delivered') remember(notice, partition);
    return attempt;
  }

  const refresh = createRefresh({ ...options, send, forMs, ending: ending.signal });
  let refreshing: Promise<void> | null = null;
  const timer = setInterval(() => void (refreshing ??= inTurn(refresh).finally(() => (refreshing = null))), refreshMs);
  return {
    name,
    deliver: (notice, partition, signal) => inTurn(() => deliver(notice, partition, signal)),
    givenUp(notice, partition, outcome) {
      // What is still open is told when somebody listens again; the beginning was only the first attempt at it. What is over is over.
      if (outcome === 'expired' || isOver(notice)) remember(notice, partition);
    },
    hold: (partitions, signal) => open.hold(partitions, signal),
    keep: (partition, next, endOffset) => open.keep(partition, next, endOffset),
    open: () => open.all().length,
    async stop() {
      clearInterval(timer);
      ending.abort();
      await turn;
    },
  };
}

function idOf(notice: Notice): string {
  return notice.about === 'alert' ? notice.alert.alertId : notice.incident.incidentId;
}

function isOver(notice: Notice): boolean {
  return subjectOf(notice).state === 'closed';
}
