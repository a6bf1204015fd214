// The notifier as a process: everything that the configuration names is opened, watched, and closed in order.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@tocsin/config';
import { createHttpEndpoint, createMetrics, createStartWatch, type HttpEndpoint } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { beginPatiently, type ReaderStatus, type Transport } from '@tocsin/transport';
import { createSinks } from './create-sinks.ts';
import { exportStatus } from './export-status.ts';
import { firstOffsets } from './first-offsets.ts';
import { createCensus } from './grouping/census.ts';
import { runGrouping, type RunningGrouping } from './grouping/run-grouping.ts';
import { runSink, type RunningSink } from './sinks/run-sink.ts';

/** A reader that has had records waiting for so long, without one being handed over, will not recover by itself. */
const stalledMaxMs = 60_000;
/** Sinks are given so long to find their places before anything new is said. */
const placesMaxMs = 10_000;

export type RunningNotifier = {
  endpoint: HttpEndpoint;
  /** Set when a reader has ended by itself; the process should exit. */
  fatal(): Error | null;
  stop(): Promise<void>;
};

type Running = { grouping: RunningGrouping | null; sinks: RunningSink[] };

/**
 * Serves /metrics, /livez and /readyz, creates the topics that are missing and starts: sinks first, so that they hear all that is said.
 * What is away is waited for, for as long as `startup.waitMs` says; rejects after that, and at once where a secret cannot be used.
 */
export async function runNotifier(
  config: Config,
  { transport: log, state, note }: { transport: Transport; state: StateStore; note: LogMessage },
): Promise<RunningNotifier> {
  const { notifier: settings, topics } = config;
  const { groupId } = settings;
  const classes = Object.keys(config.classes);
  const metrics = createMetrics({ service: 'notifier', classes, sinks: Object.keys(settings.sinks) });
  const [figures, now] = [metrics.notifier(), Date.now];
  const starting = createStartWatch({ giveUpMs: config.startup.waitMs, note, now, sleep: (ms) => sleep(ms) });
  const theLog = `the log (${log.kind})`;
  let isStarted = false;
  const transport = beginPatiently(log, (ask) => (isStarted ? ask() : starting.reach(theLog, ask)));
  const sinks = createSinks(config, { state, metrics: figures, note, now });
  const census = createCensus({ transport, topic: topics.windows, groupId, devicesMax: settings.devicesMax, now });
  const writer = transport.writer();
  const running: Running = { grouping: null, sinks: [] };
  const statuses = () => [
    ...(running.grouping === null ? [] : [running.grouping.status()]),
    ...running.sinks.map((sink) => sink.status()),
  ];
  const everybody = () => [...statuses(), census.status()];
  exportStatus(metrics, running);
  const endpoint = await createHttpEndpoint({
    port: settings.httpPort,
    metrics,
    live: () => livenessOf(everybody()),
    ready: () =>
      isStarted && statuses().every(({ joined }) => joined) ? [] : ['not everything is read yet', ...starting.reasons()],
  });
  const stop = async () => {
    await Promise.all([running.grouping?.stop(), census.stop(), ...running.sinks.map((sink) => sink.stop())]);
    await endpoint.close();
  };
  const common = { transport, writer, metrics: figures, note, now };
  const firstOf = (group: string, topic: string) =>
    starting.reach(theLog, () => firstOffsets({ admin: transport.admin(), state }, group, topic));
  try {
    await starting.reach(theLog, () => transport.admin().ensureTopics(topicSpecs(topics)));
    await starting.reach(`the state store (${state.kind})`, () => state.getMany(['startup']));
    for (const { sink, config: of } of sinks) {
      const group = `${groupId}.${sink.name}`;
      const first = await firstOf(group, topics.notices);
      running.sinks.push(await runSink(sink, { ...common, topics, groupId: group, first, giveUpMs: of.giveUpMs }));
    }
    await untilPlaced(running.sinks);
    await census.start();
    const first = await firstOf(groupId, topics.alerts);
    running.grouping = await runGrouping({ ...common, state, topics, groupId, first, plan: settings.grouping, classes, census });
    isStarted = true;
  } catch (error) {
    await stop();
    throw error;
  }
  note('info', 'notifier reads', { topic: topics.alerts, sinks: Object.keys(settings.sinks), metrics: endpoint.url });
  return { endpoint, fatal: () => everybody().find(({ fatal }) => fatal !== null)?.fatal ?? null, stop };
}

/** A sink that is new begins where the log ends when it comes: before anything is said. */
async function untilPlaced(sinks: readonly RunningSink[]): Promise<void> {
  const isPlaced = () => sinks.every((sink) => sink.status().assigned.every(({ next }) => next !== null));
  for (let waitedMs = 0; !isPlaced() && waitedMs < placesMaxMs; waitedMs += 50) await sleep(50);
}

function livenessOf(statuses: readonly ReaderStatus[]): string | null {
  for (const { fatal, stalledMs } of statuses) {
    if (fatal !== null) return fatal.message;
    if (stalledMs > stalledMaxMs) return `no record was handed over for ${stalledMs} ms although some are waiting`;
  }
  return null;
}

function topicSpecs({ alerts, windows, incidents, notices, undelivered, partitions }: Config['topics']) {
  return [alerts, windows, incidents, notices, undelivered].map((name) => ({ name, partitions }));
}
