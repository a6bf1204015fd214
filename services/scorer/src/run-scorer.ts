// The scorer as a process: everything that the configuration names is opened, watched, and closed in order.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@tocsin/config';
import { createHttpEndpoint, createMetrics, type HttpEndpoint } from '@tocsin/observability';
import type { LogMessage, TelemetryMapping } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { createSchemaRegistry, type Transport } from '@tocsin/transport';
import { createPrometheusMeter, exportStatus } from './prometheus-meter.ts';
import { createScorer, type Scorer } from './scorer.ts';
import { createMemoryWatch } from './watch-memory.ts';
import { watchDependencies } from './watch-dependencies.ts';

/** A reader that has had records waiting for so long, without one being handed over, will not recover by itself. */
const stalledMaxMs = 60_000;
/** How often the log and the store are asked whether they are there. */
const pingEveryMs = 3000;

export type RunningScorer = {
  scorer: Scorer;
  endpoint: HttpEndpoint;
  /** Set when a reader has ended by itself; the process should exit. */
  fatal(): Error | null;
  stop(): Promise<void>;
};

/** Creates the topics that are missing, starts the scorer and serves /metrics, /livez and /readyz. */
export async function runScorer(
  config: Config,
  parts: { transport: Transport; state: StateStore; instanceId: string; note: LogMessage },
): Promise<RunningScorer> {
  const { transport, state, instanceId, note } = parts;
  const { topics, scorer: settings, registry, mapping } = config;
  const classes = Object.values(config.classes);
  const metrics = createMetrics({ service: 'scorer', classes: classes.map(({ name }) => name) });
  await transport.admin().ensureTopics(topicSpecs(topics));
  const scorer = createScorer({
    transport,
    state,
    registry: registry === null ? null : createSchemaRegistry(registry.url),
    classes,
    topics,
    mapping: (mapping satisfies TelemetryMapping | null) ?? undefined,
    groupId: settings.groupId,
    instanceId,
    commitEveryMs: settings.commitEveryMs,
    devicesMax: settings.devicesMax,
    giveUpMs: settings.giveUpMs,
    meter: createPrometheusMeter(metrics, Date.now, () => performance.now()),
    note,
    now: Date.now,
    sleep: (ms) => sleep(ms),
  });
  exportStatus(metrics, scorer);
  const memory = createMemoryWatch(metrics, state);
  const dependencies = [
    { name: `the log (${transport.kind})`, ping: () => transport.admin().ping() },
    { name: `the state store (${state.kind})`, ping: () => Promise.all([state.ping(), memory()]) },
  ];
  const watch = watchDependencies(dependencies, pingEveryMs, Date.now);
  let isStarted = false;
  const endpoint = await createHttpEndpoint({
    port: settings.httpPort,
    metrics,
    live: () => livenessOf(scorer),
    ready: () => {
      const hasJoined = isStarted && scorer.status().telemetry.joined;
      return [...(hasJoined ? [] : ['the consumer group is not joined']), ...watch.reasons()];
    },
  });
  await scorer.start();
  isStarted = true;
  note('info', 'scorer reads', { topics: topics.telemetry, classes: classes.map(({ name }) => name), metrics: endpoint.url });
  return {
    scorer,
    endpoint,
    fatal: () => fatalOf(scorer),
    async stop() {
      watch.stop();
      await scorer.stop();
      await endpoint.close();
    },
  };
}

function fatalOf(scorer: Scorer): Error | null {
  const { telemetry, models, labels } = scorer.status();
  return telemetry.fatal ?? models.fatal ?? labels.fatal;
}

function livenessOf(scorer: Scorer): string | null {
  const fatal = fatalOf(scorer);
  if (fatal !== null) return fatal.message;
  const { telemetry } = scorer.status();
  return telemetry.stalledMs > stalledMaxMs
    ? `no record was handed over for ${telemetry.stalledMs} ms although some are waiting`
    : null;
}

function topicSpecs(topics: Config['topics']) {
  const { telemetry, windows, alerts, labels, models, deadLetter, late, partitions } = topics;
  const written = [windows, alerts, labels, deadLetter, ...(late === null ? [] : [late])];
  const plain = [...telemetry, ...written].map((name) => ({ name, partitions }));
  return [...plain, { name: models, partitions: 1, compacted: true }];
}
