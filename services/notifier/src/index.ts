// The notifier: tells people of alerts, many at once as one incident.
export { runSink, type RunningSink, type SinkParts } from './sinks/run-sink.ts';
export type { Attempt, Sink } from './sinks/sink.ts';
export { createWebhook, type WebhookOptions } from './sinks/webhook.ts';
