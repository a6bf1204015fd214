// A Prometheus Alertmanager: alerts fire with their first notice, are told again while they are open, so that they do not time out
// there, and are resolved with their last. What it is told twice it takes for the same.
import type { LogMessage } from '@tocsin/schemas';
import { linksOf, type LinkPlan } from '../notices/answer-links.ts';
import { subjectOf, type Notice } from '../notices/notice.ts';
import { firing, hasSameLabels, openAlertOf, resolved, type PostableAlert } from './postable-alert.ts';
import type { OpenAlerts } from './open-alerts.ts';
import { post } from './post.ts';
import type { Attempt, FailureReason, Sink } from './sink.ts';

export type AlertmanagerOptions = {
  name: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  recipient: string;
  links: LinkPlan;
  timeoutMs: number;
  refreshMs: number;
  open: OpenAlerts;
  onRefreshFailed(reason: FailureReason): void;
  note: LogMessage;
  now(): number;
};

/** Prometheus, too, lets its alerts end after four times as long as it takes to tell them again. */
const lastingRefreshes = 4;
const alertsPerPost = 200;

export function createAlertmanager(options: AlertmanagerOptions): Sink {
  const { name, open, refreshMs, links, recipient, onRefreshFailed, note, now } = options;
  const url = `${options.url.replace(/\/+$/, '')}/api/v2/alerts`;
  const forMs = lastingRefreshes * refreshMs;
  const ending = new AbortController();
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

  /** From now on it is told again and again, or not any more. */
  function remember(notice: Notice, partition: number): void {
    const alert = openAlertOf(notice, linksOf(notice, links, recipient), now());
    open.set(partition, idOf(notice), isOver(notice) ? null : alert);
  }

  async function deliver(notice: Notice, partition: number, signal: AbortSignal): Promise<Attempt> {
    const alert = openAlertOf(notice, linksOf(notice, links, recipient), now());
    const before = open.get(partition, idOf(notice));
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

  async function refresh(): Promise<void> {
    const alerts = open.all();
    for (let i = 0; i < alerts.length && !ending.signal.aborted; i += alertsPerPost) {
      const attempt = await send(
        alerts.slice(i, i + alertsPerPost).map((alert) => firing(alert, now(), forMs)),
        ending.signal,
      );
      if (attempt.outcome === 'delivered' || ending.signal.aborted) continue;
      onRefreshFailed(attempt.outcome === 'failed' ? attempt.reason : 'status');
      note('warn', 'what is open could not be told again', { sink: name, why: attempt.why });
      return;
    }
  }

  let refreshing: Promise<void> | null = null;
  const timer = setInterval(() => void (refreshing ??= inTurn(refresh).finally(() => (refreshing = null))), refreshMs);
  return {
    name,
    deliver: (notice, partition, signal) => inTurn(() => deliver(notice, partition, signal)),
    // What is still open is told when somebody listens again; the beginning was only the first attempt at it.
    expired: remember,
    hold: (partitions, signal) => open.hold(partitions, signal),
    keep: (partition, next) => open.keep(partition, next),
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
