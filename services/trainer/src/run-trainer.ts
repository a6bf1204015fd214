// The trainer as a process: everything that the configuration names is opened, watched, and closed in order.
import { setTimeout as sleep } from 'node:timers/promises';
import { checkFiles, readPublicKeys, readSigningKey, type Config } from '@tocsin/config';
import { KeyError, parsePublicKey, parseSigningKey } from '@tocsin/models';
import { createHttpEndpoint, createMetrics, createStartWatch, type HttpEndpoint, type Metrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { beginPatiently, type Transport } from '@tocsin/transport';
import type { Keys } from './rollout/bundle-store.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/** A reader that has had records waiting for so long, without one being handed over, will not recover by itself. */
const stalledMaxMs = 60_000;

export type RunningTrainer = { trainer: Trainer; endpoint: HttpEndpoint; stop(): Promise<void> };

/**
 * Serves /metrics, /livez and /readyz, creates the topics that are missing and starts the trainer. What is away is waited for, for as
 * long as `startup.waitMs` says; rejects after that.
 */
export async function runTrainer(
  config: Config,
  parts: { transport: Transport; state: StateStore; note: LogMessage },
): Promise<RunningTrainer> {
  const { transport, state, note } = parts;
  const classes = Object.values(config.classes);
  const metrics = createMetrics({ service: 'trainer', classes: classes.map(({ name }) => name) });
  const { windows, alerts, labels, models, partitions } = config.topics;
  const plain = [windows, alerts, labels].map((name) => ({ name, partitions }));
  const topics = [...plain, { name: models, partitions: 1, compacted: true }];
  const [theLog, theStore] = [`the log (${transport.kind})`, `the state store (${state.kind})`];
  const starting = createStartWatch({ giveUpMs: config.startup.waitMs, note, now: Date.now, sleep: (ms) => sleep(ms) });
  let isStarted = false;
  const reach = <T>(name: string, ask: () => Promise<T>) => (isStarted ? ask() : starting.reach(name, ask));
  const trainer = createTrainer({
    transport: beginPatiently(transport, (ask) => reach(theLog, ask)),
    state: { ...state, getMany: (keys) => reach(theStore, () => state.getMany(keys)) },
    classes,
    topics: config.topics,
    config: config.trainer,
    keys: publishingKeys(config, note),
    metrics: metrics.trainer(),
    note,
    now: Date.now,
  });
  exportStatus(metrics, trainer);
  const endpoint = await createHttpEndpoint({
    port: config.trainer.httpPort,
    metrics,
    live: () => livenessOf(trainer),
    ready: () => {
      const { reader, problems } = trainer.status();
      return reader.joined ? problems : ['the consumer group has not been joined yet', ...starting.reasons(), ...problems];
    },
  });
  try {
    await reach(theLog, () => transport.admin().ensureTopics(topics));
    await reach(theStore, () => state.getMany(['startup']));
    await trainer.start();
    isStarted = true;
  } catch (error) {
    await endpoint.close();
    throw error;
  }
  note('info', 'trainer reads', { topic: windows, classes: classes.map(({ name }) => name), metrics: endpoint.url });
  return {
    trainer,
    endpoint,
    async stop() {
      await trainer.stop();
      await endpoint.close();
    },
  };
}

/** As `keysOf`, for whoever publishes: what it does not sign itself would be refused. */
function publishingKeys(config: Config, note: LogMessage): Keys {
  const keys = keysOf(config, note);
  const { signing, trusted } = keys;
  if (trusted.length === 0 || trusted.some(({ id }) => id === signing?.id)) return keys;
  const refused = 'scorers with these keys refuse what this trainer publishes';
  if (signing === null)
    throw new KeyError(`signing.publicKeyFiles: set without signing.privateKeyFile, expected both: ${refused}`);
  note('warn', `none of the public keys belongs to the private one: ${refused}`, { key: signing.id });
  return keys;
}

/** Throws where a key that is configured cannot be used. */
export function keysOf({ signing }: Pick<Config, 'signing'>, note: LogMessage): Keys {
  checkFiles({ signing });
  const ours = readSigningKey(signing, note);
  return {
    signing: ours === null ? null : parseSigningKey(ours.text, ours.name),
    trusted: readPublicKeys(signing).map(({ text, name }) => parsePublicKey(text, name)),
  };
}

function livenessOf(trainer: Trainer): string | null {
  const { fatal, stalledMs } = trainer.status().reader;
  if (fatal !== null) return fatal.message;
  return stalledMs > stalledMaxMs ? `no record was handed over for ${stalledMs} ms although some are waiting` : null;
}

/** Figures that are looked up at every scrape. */
function exportStatus(metrics: Metrics, trainer: Trainer): void {
  const { lagRecords, rebalances, resets } = metrics.reader();
  const { storeBytes, storeDevices } = metrics.trainer();
  const counted = { rebalances: 0, resets: 0 };
  metrics.beforeScrape(() => {
    const { reader, store } = trainer.status();
    storeBytes.set(store?.bytes ?? 0);
    storeDevices.set(store?.devices ?? 0);
    lagRecords.reset();
    for (const { topic, partition, next, endOffset } of reader.assigned) {
      if (next !== null && endOffset !== null) lagRecords.set({ topic, partition }, Math.max(0, endOffset - next));
    }
    rebalances.inc(reader.rebalances - counted.rebalances);
    resets.inc(reader.resets - counted.resets);
    Object.assign(counted, { rebalances: reader.rebalances, resets: reader.resets });
  });
}
