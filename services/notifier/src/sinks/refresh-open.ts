// What is open at an Alertmanager is told again, so that it does not time out there; what has ended unheard is resolved instead.
import type { LogMessage } from '@tocsin/schemas';
import type { OpenAlerts } from './open-alerts.ts';
import { firing, resolved, type OpenAlert, type PostableAlert } from './postable-alert.ts';
import type { Attempt, FailureReason } from './sink.ts';

export type RefreshParts = {
  /** Of the sink. */
  name: string;
  open: OpenAlerts;
  /** Never rejects. */
  send(alerts: readonly PostableAlert[], signal: AbortSignal): Promise<Attempt>;
  /** How long an alert lasts that nobody tells again. */
  forMs: number;
  /** Which of these have ended, as far as anybody knows; rejects where the store is away. */
  endedAmong(said: readonly (readonly [string, OpenAlert])[]): Promise<string[]>;
  onRefreshFailed(reason: FailureReason): void;
  note: LogMessage;
  ending: AbortSignal;
  now(): number;
};

const alertsPerPost = 200;
/** What nothing was said of for so long is looked up, so often: its end may have been lost. */
const unheardMs = 600_000;

/** One round; never rejects. */
export function createRefresh({ name, open, send, forMs, endedAmong, onRefreshFailed, note, ending, now }: RefreshParts) {
  let lookedMs = now();

  /** Sends all, as far as it can. */
  async function sendAll(alerts: readonly PostableAlert[]): Promise<void> {
    for (let i = 0; i < alerts.length && !ending.aborted; i += alertsPerPost) {
      const attempt = await send(alerts.slice(i, i + alertsPerPost), ending);
      if (attempt.outcome === 'delivered' || ending.aborted) continue;
      onRefreshFailed(attempt.outcome === 'failed' ? attempt.reason : 'status');
      note('warn', 'what is open could not be told again', { sink: name, why: attempt.why });
      // After a refusal others of the same request may have been taken, and the next one may be.
      if (attempt.outcome === 'failed') return;
    }
  }

  /** Its end was said by somebody who was lost, or to somebody who was, or by nobody. */
  async function endUnheard(): Promise<void> {
    if (Math.abs(now() - lookedMs) < unheardMs) return;
    lookedMs = now();
    const unheard = open.all().filter(([, { saidMs }]) => Math.abs(now() - saidMs) >= unheardMs);
    const ended = new Set(await endedAmong(unheard.map(([id, { alert }]) => [id, alert])));
    if (ended.size === 0) return;
    note('warn', 'alerts had ended, and nobody had said so here: they are resolved', { sink: name, alerts: ended.size });
    const over = unheard.filter(([id]) => ended.has(id));
    for (const [id] of over) open.end(id);
    await sendAll(over.map(([, { alert }]) => resolved(alert, now())));
  }

  return async (): Promise<void> => {
    await endUnheard().catch((error: unknown) =>
      note('warn', 'what may have ended could not be looked up', { sink: name, error: String(error) }),
    );
    await sendAll(open.all().map(([, { alert }]) => firing(alert, now(), forMs)));
  };
}
