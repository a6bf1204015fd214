// The scorer as a process: everything that the configuration names is opened, watched, and closed in order.
import { setTimeout as sleep } from 'node:timers/promises';
import { readPublicKeys, type Config } from '@tocsin/config';
import { parsePublicKey } from '@tocsin/models';
import { createHttpEndpoint, createMetrics, createStartWatch, type HttpEndpoint } from '@tocsin/observability';
import type { LogMessage, TelemetryMapping } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { beginPatiently, createSchemaRegistry, type Transport } from '@tocsin/transport';
import { createKeepWindows } from './keep-windows.ts';
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

/**
 * Serves /metrics, /livez and /readyz, creates the topics that are missing and starts the scorer. What is away is waited for, for as
 * long as `startup.waitMs` says; rejects after that.
 */
export async function runScorer(
  config: Config,
  parts: { transport: Transport; state: StateStore; instanceId: string; note: LogMessage },
): Promise<RunningScorer> {
  const { transport, state, instanceId, note } = parts;
  const { topics, scorer: settings, registry, mapping } = config;
  const classes = Object.values(config.classes);
  const metrics = createMetrics({ service: 'scorer', classes: classes.map(({ name }) => name) });
  const [theLog, theStore] = [`the log (${transport.kind})`, `the state store (${state.kind})`];
  const starting = createStartWatch({ giveUpMs: config.startup.waitMs, note, now: Date.now, sleep: (ms) => sleep(ms) });
  let isStarted = false;
  const reach = <T>(name: string, ask: () => Promise<T>) => (isStarted ? ask() : starting.reach(name, ask));
  const scorer = createScorer({
    transport: beginPatiently(transport, (ask) => reach(theLog, ask)),
    state: { ...state, getMany: (keys) => reach(theStore, () => state.getMany(keys)) },
    registry: registry === null ? null : createSchemaRegistry(registry.url),
    classes,
    topics,
    mapping: (mapping satisfies TelemetryMapping | null) ?? undefined,
    trusted: readPublicKeys(config.signing).map(({ text, name }) => parsePublicKey(text, name)),
    groupId: settings.groupId,
    instanceId,
    commitEveryMs: settings.commitEveryMs,
    devicesMax: settings.devicesMax,
    giveUpMs: settings.giveUpMs,
    keepWindow: createKeepWindows(state, note),
    meter: createPrometheusMeter(metrics, Date.now, () => performance.now()),
    note,
    now: Date.now,
    sleep: (ms) => sleep(ms),
  });
  const memory = createMemoryWatch(metrics, state);
  const dependencies = [
    { name: theLog, ping: () => transport.admin().ping() },
    { name: theStore, ping: () => Promise.all([state.ping(), memory()]) },
  ];
  const watch = watchDependencies(dependencies, pingEveryMs, Date.now);
  exportStatus(metrics, scorer, { log: () => watch.isUp(theLog), store: () => watch.isUp(theStore) });
  const endpoint = await createHttpEndpoint({
    port: settings.httpPort,
    metrics,
    live: () => livenessOf(scorer),
    ready: () => {
      const hasJoined = isStarted && scorer.status().telemetry.joined;
      const away = isStarted ? watch.reasons() : starting.reasons();
      return [...(hasJoined ? [] : ['the consumer group is not joined']), ...away];
    },
  });
  try {
    await reach(theLog, () => transport.admin().ensureTopics(topicSpecs(topics)));
    // Not a ping: a store that is full can be read, and a batch waits for room by itself.
    await reach(theStore, () => state.getMany(['startup']));
    await scorer.start();
  } catch (error) {
    watch.stop();
    await endpoint.close();
    throw error;
  }
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
  const read = telemetry.map((name) => ({ name, partitions, stamped: true }));
  const plain = written.map((name) => ({ name, partitions }));
  return [...read, ...plain, { name: models, partitions: 1, compacted: true }];
}
