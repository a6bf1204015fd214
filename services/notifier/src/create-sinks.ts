// Sinks as the configuration names them.
import { checkFiles, readLinkKey, readSinkSecret, type Config, type SinkConfig } from '@tocsin/config';
import type { NotifierMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LinkPlan } from './notices/answer-links.ts';
import { createAlertmanager } from './sinks/prometheus-sink.ts';
import { endedAmong } from './sinks/ended-among.ts';
import { createOpenAlerts } from './sinks/open-alerts.ts';
import type { Sink } from './sinks/sink.ts';
import { createWebhook } from './sinks/webhook.ts';

export type SinkWorld = { state: StateStore; metrics: NotifierMetrics; note: LogMessage; now(): number };

/** Throws ConfigError with every secret that cannot be read or is too short. */
export function createSinks({ notifier, links }: Config, world: SinkWorld): { sink: Sink; config: SinkConfig }[] {
  checkFiles({ links, notifier });
  const plan: LinkPlan = { url: links.url?.replace(/\/+$/, '') ?? null, key: readLinkKey(links), validForMs: links.validForMs };
  return Object.entries(notifier.sinks).map(([name, config]) => ({ sink: createSink(name, config, plan, world), config }));
}

function createSink(name: string, config: SinkConfig, links: LinkPlan, { state, metrics, note, now }: SinkWorld): Sink {
  const { kind, url, timeoutMs, refreshMs } = config;
  const headers = Object.fromEntries(Object.entries(config.headers).map(([header, value]) => [header.toLowerCase(), value]));
  const common = { name, url, headers, recipient: config.recipient ?? name, links, timeoutMs, now };
  // The configuration asks for a secret.
  if (kind === 'webhook') return createWebhook({ ...common, secret: readSinkSecret(name, config) ?? '' });
  return createAlertmanager({
    ...common,
    refreshMs,
    open: createOpenAlerts(name, state, note),
    endedAmong: (said) => endedAmong(state, said),
    onRefreshFailed: (reason) => metrics.failures.inc({ sink: name, reason }),
    note,
  });
}
