// A scorer in this process under load from another one, with samples of how it fares.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '@tocsin/observability';
import { currentBundleKey, decodeScoredWindow, encodeModelAnnouncement } from '@tocsin/schemas';
import { createPrometheusMeter, createScorer, type Scorer } from '@tocsin/scorer';
import { createEmbeddedState } from '@tocsin/state';
import type { LogRecord, Transport } from '@tocsin/transport';
import { fittedBundle as fittedPumps } from '../fixtures/pump-fleet.ts';
import { startKafka } from '../servers/kafka.mjs';
import { fittedBundle as fittedTiny } from '../simulation/tiny-class.ts';
import { openLoadLog, type LoadLog } from './load-log.ts';
import { loadClasses, topic, type LoadPlan } from './load-plan.ts';

export const topics = {
  telemetry: [topic],
  windows: 'windows',
  alerts: 'alerts',
  labels: 'labels',
  models: 'models',
  deadLetter: 'dead-letter',
};

/** `ownMb`: memory of the process without mapped files (the embedded log is one); `heapMb`: heap and buffers after a collection. */
export type LoadSample = {
  seconds: number;
  lag: number;
  read: number;
  ownMb: number;
  heapMb: number;
  devices: number;
  loopMs: number;
};

export type LoadRoom = {
  scorer: Scorer;
  /** Starts a producer; resolves when it has written everything. */
  produce(plan: LoadPlan): Promise<{ sent: number; seconds: number }>;
  samples: readonly LoadSample[];
  sample(): LoadSample;
  /** Samples every so often until `done` has settled and nothing is left to read; rejects where a reader has ended. */
  watch(everyMs: number, done: Promise<unknown>, onSample?: (sample: LoadSample) => void): Promise<void>;
  /** Handlers that failed. */
  troubles: readonly string[];
  metric(name: string): Promise<Map<string, number>>;
  /** Every record of a topic, in batches. */
  each(topic: string, onRecord: (record: LogRecord) => void): Promise<void>;
  close(): Promise<void>;
};

export type LoadSetting = { partitions?: number; devicesMax?: number; retainRecords?: number; log?: LoadLog['kind'] };

export async function openLoadRoom({
  partitions = 4,
  devicesMax = 20_000,
  retainRecords = 5_000_000,
  log: kind = 'embedded',
}: LoadSetting = {}): Promise<LoadRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-load-'));
  const kafka = kind === 'kafka' ? await startKafka() : null;
  const log: LoadLog =
    kafka === null
      ? { kind: 'embedded', directory: join(directory, 'log'), retainRecords }
      : { kind: 'kafka', brokers: kafka.brokers };
  const troubles: string[] = [];
  const transport = openLoadLog(log, (level, message, fields) => {
    // What kafkajs says to itself while leaders are elected is not ours to judge: what comes of it is.
    if (level !== 'info' && fields?.['logger'] === undefined) troubles.push(`${message} ${String(fields?.['error'])}`);
  });
  const state = createEmbeddedState({ directory: join(directory, 'state') });
  const metrics = createMetrics({ service: 'load', classes: loadClasses.map(({ name }) => name) });
  const names = [topic, topics.windows, topics.alerts, topics.labels, topics.deadLetter];
  await transport
    .admin()
    .ensureTopics([
      ...names.map((name) => ({ name, partitions, stamped: true })),
      { name: topics.models, partitions: 1, compacted: true },
    ]);
  for (const { announcement, bytes } of [fittedTiny(), fittedPumps()]) {
    await state.put(announcement.location, bytes);
    await state.put(currentBundleKey(announcement.deviceClass), encodeModelAnnouncement(announcement));
  }
  const scorer = createScorer({
    transport,
    state,
    registry: null,
    classes: loadClasses,
    topics,
    groupId: 'scorer',
    instanceId: 'load',
    commitEveryMs: 1000,
    devicesMax,
    giveUpMs: 10_000,
    meter: createPrometheusMeter(metrics, Date.now, () => performance.now()),
    note: () => undefined,
    now: Date.now,
    sleep: (ms) => sleep(ms),
  });
  /** What lies in the log by now: a reader knows that only as of its last fetch. */
  const written = async () => {
    const info = await transport.admin().describe(topic);
    return info!.partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);
  };
  const sampler = createSampler(scorer, written);

  return {
    scorer,
    produce: (plan) => startProducer({ log, plan }),
    ...sampler,
    troubles,
    async metric(name) {
      const lines = (await metrics.text()).matchAll(new RegExp(`^${name}(?:{([^}]*)})? (\\S+)$`, 'gm'));
      return new Map([...lines].map(([, labels = '', value]) => [labels.replaceAll(/\w+="([^"]*)"/g, '$1'), Number(value)]));
    },
    each: (name, onRecord) => eachRecord(transport, name, onRecord),
    async close() {
      await scorer.stop();
      await transport.close();
      await state.close();
      await kafka?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function createSampler(scorer: Scorer, written: () => Promise<number>): Pick<LoadRoom, 'samples' | 'sample' | 'watch'> {
  const samples: LoadSample[] = [];
  const startedMs = performance.now();
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();

  function sample(): LoadSample {
    const loopMs = loop.percentile(99) / 1e6;
    global.gc?.();
    loop.reset();
    const { heapUsed, external } = process.memoryUsage();
    const { telemetry, devices } = scorer.status();
    const read = telemetry.assigned.reduce((sum, { next }) => sum + (next ?? 0), 0);
    const lag = telemetry.assigned.reduce((sum, { next, endOffset }) => sum + (endOffset ?? 0) - (next ?? 0), 0);
    const one = {
      seconds: (performance.now() - startedMs) / 1000,
      lag,
      read,
      ownMb: ownMegabytes(),
      heapMb: (heapUsed + external) / 1e6,
      devices,
      loopMs,
    };
    samples.push(one);
    return one;
  }

  return {
    samples,
    sample,
    async watch(everyMs, done, onSample = () => undefined) {
      let isDone = false;
      const settled = done.finally(() => (isDone = true));
      for (;;) {
        await sleep(everyMs);
        const { fatal } = scorer.status().telemetry;
        if (fatal !== null) throw fatal;
        const taken = sample();
        onSample(taken);
        if (isDone && taken.lag === 0 && (await written()) === taken.read) return void (await settled);
      }
    },
  };
}

/** Without what is mapped from files, where the system tells it. */
function ownMegabytes(): number {
  try {
    const kilobytes = /^RssAnon:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) / 1000;
  } catch {
    // Not Linux.
  }
  return process.memoryUsage.rss() / 1e6;
}

function startProducer(order: { log: LoadLog; plan: LoadPlan }): Promise<{ sent: number; seconds: number }> {
  const child = fork(new URL('./producer.ts', import.meta.url), [JSON.stringify(order)], {
    execArgv: process.execArgv.filter((arg) => arg !== '--expose-gc'),
  });
  return new Promise((resolve, reject) => {
    let answer: { sent: number; seconds: number } | null = null;
    child.on('message', (message: { sent: number; seconds: number }) => (answer = message));
    child.once('error', reject);
    child.once('exit', (code) =>
      answer !== null && code === 0 ? resolve(answer) : reject(new Error(`the producer ended with code ${code}`)),
    );
  });
}

let readers = 0;

async function eachRecord(transport: Transport, name: string, onRecord: (record: LogRecord) => void): Promise<void> {
  const info = await transport.admin().describe(name);
  let left = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  if (left === 0) return;
  const reader = transport.reader({ groupId: `load-${++readers}`, topics: [name] });
  await new Promise<void>((resolve, reject) => {
    reader
      .run(async ({ records }) => {
        records.forEach(onRecord);
        left -= records.length;
        if (left <= 0) resolve();
      })
      .catch(reject);
  });
  await reader.stop();
}

/** What became of each device's windows: how many, of which how many twice, and the first and last start. */
export type DeviceWindowsSeen = { count: number; repeated: number; firstMs: number; lastMs: number };

/** Whole windows only: those cut short by a device's coming and going depend on nothing but chance. */
export async function windowsSeen(room: LoadRoom): Promise<Map<string, DeviceWindowsSeen>> {
  const seen = new Map<string, DeviceWindowsSeen>();
  await room.each(topics.windows, ({ value }) => {
    const { deviceId, startMs, coverage } = decodeScoredWindow(value!);
    if (coverage < 1) return;
    const device = seen.get(deviceId) ?? { count: 0, repeated: 0, firstMs: startMs, lastMs: -Infinity };
    seen.set(deviceId, device);
    if (startMs <= device.lastMs) device.repeated += 1;
    else device.count += 1;
    device.lastMs = Math.max(device.lastMs, startMs);
  });
  return seen;
}
