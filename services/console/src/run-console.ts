// The console as a process: reads the topics into memory, serves the API and the page, and closes in order.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLinkKey, type Config } from '@tocsin/config';
import { createMetrics, createStartWatch, type Metrics } from '@tocsin/observability';
import { encodeLabel, type Label, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { Transport } from '@tocsin/transport';
import type { ConsoleParts } from './console-parts.ts';
import { exportFigures } from './export-figures.ts';
import { createApp } from './http/create-app.ts';
import { createEventStream } from './http/event-stream.ts';
import type { LetterDesk } from './letter-desk.ts';
import type { ModelDesk } from './model-desk.ts';
import { createDeviceDesk } from './reading/device-desk.ts';
import { followTopics, type Following } from './reading/follow-topics.ts';
import { createLabelEffects } from './reading/label-effects.ts';
import { readEarlierModels } from './reading/read-earlier-models.ts';
import { createWaveformDesk } from './reading/waveform-desk.ts';
import { createTellNews } from './tell-news.ts';
import { createWorldView, type WorldView } from './view/world-view.ts';

export type RunningConsole = {
  /** Where the page is. */
  url: string;
  world: WorldView;
  /** Set when its reader has ended by itself. */
  fatal(): Error | null;
  stop(): Promise<void>;
};

export type ConsoleWorld = {
  transport: Transport;
  state: StateStore;
  letters: LetterDesk | null;
  models: ModelDesk | null;
  note: LogMessage;
};

/** Labels in one request to the log: a group may have thousands of alerts. */
const labelsAtOnce = 500;
const flushEveryMs = 500;
const effectEveryMs = 300;
const beatEveryMs = 10_000;
const stalledMaxMs = 60_000;
const featureBytes = 64 * 2 ** 20;
const streamBounds = { remembered: 2000, bufferBytesMax: 2 ** 20 };

/**
 * Listens at once, reads as soon as log and store answer, waiting for them as long as `startup.waitMs` says; rejects after that, and
 * where the port cannot be had.
 */
export async function runConsole(config: Config, world: ConsoleWorld): Promise<RunningConsole> {
  const { transport, state, note } = world;
  const { console: settings, topics } = config;
  const metrics = createMetrics({ service: 'console', classes: Object.keys(config.classes) });
  const parts = createParts(config, world, metrics);
  const starting = createStartWatch({ giveUpMs: config.startup.waitMs, note, now: Date.now, sleep: (ms) => sleep(ms) });
  let following: Following | null = null;
  parts.ready = () => (following?.status().joined === true ? [] : ['the topics are not being read yet', ...starting.reasons()]);
  parts.live = () => livenessOf(following);
  metrics.exportReady(parts.ready);
  exportFigures(metrics, parts.world, parts.stream, () => following);
  const app = await createApp(parts, settings);
  const url = await app.listen({ host: settings.host, port: settings.httpPort }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `cannot listen on ${settings.host}:${settings.httpPort}: ${why}; choose another console.httpPort, or 0 for a free one`,
      { cause },
    );
  });
  const timers = [
    setInterval(parts.flush, flushEveryMs),
    setInterval(() => void parts.effects.look(), effectEveryMs),
    setInterval(parts.stream.beat, beatEveryMs),
  ];
  const close = async () => {
    for (const timer of timers) clearInterval(timer);
    await following?.stop();
    await app.close();
  };
  try {
    await starting.reach(`the log (${transport.kind})`, () => transport.admin().ensureTopics(topicSpecs(topics)));
    await starting.reach(`the state store (${state.kind})`, () => state.getMany(['startup']));
    following = await followTopics(transport, `${settings.groupId}.${randomUUID()}`, followedTopics(config, parts.world), note);
  } catch (error) {
    await close();
    throw error;
  }
  void readEarlierModels(parts.devices, parts.world, Object.keys(config.classes), note);
  if (settings.token === null && !['127.0.0.1', '::1', 'localhost'].includes(settings.host))
    note('warn', 'the console asks nobody who they are; set console.token, or console.host to 127.0.0.1', {
      host: settings.host,
    });
  note('info', 'console reads', { url });
  return { url, world: parts.world, fatal: () => following?.status().fatal ?? null, stop: close };
}

type Parts = ConsoleParts & { flush(): void };

function createParts(config: Config, { transport, state, letters, models, note }: ConsoleWorld, metrics: Metrics): Parts {
  const { console: settings, topics } = config;
  const classes = Object.values(config.classes);
  const stream = createEventStream({
    ...streamBounds,
    clientsMax: settings.clientsMax,
    boot: randomUUID().slice(0, 8),
    now: Date.now,
  });
  const { labels, labelSeconds } = metrics.console();
  const effects = createLabelEffects(state, Date.now, ({ labelId, deviceId, atMs }) => {
    labelSeconds.observe(Math.max(0, Date.now() - atMs) / 1000);
    news.effect(labelId, deviceId);
  });
  const news = createTellNews(
    () => stream,
    () => world.fleet,
  );
  const heard = { ...news, label: (label: Label) => (effects.watch(label), news.label(label)) };
  const bounds = {
    devicesMax: settings.devicesMax,
    historyWindows: settings.historyWindows,
    historyBytes: settings.historyMb * 2 ** 20,
    featureBytes,
  };
  const world = createWorldView(classes, bounds, heard);
  const writer = transport.writer();
  const say = async (said: readonly Label[]) => {
    for (let at = 0; at < said.length; at += labelsAtOnce) {
      const records = said.slice(at, at + labelsAtOnce).map((label) => ({ label, value: encodeLabel(label) }));
      await writer.send(records.map(({ label, value }) => ({ topic: topics.labels, key: label.deviceId, value })));
      for (const { label, value } of records) {
        labels.inc({ verdict: label.verdict });
        world.take.labels(value, label.atMs);
      }
    }
  };
  return {
    version: '0.1.0',
    world,
    alertParts: { ...world, effectOf: effects.effectOf },
    stream,
    devices: createDeviceDesk(state),
    waveforms: createWaveformDesk(state),
    effects,
    letters,
    models,
    classes,
    historyWindows: settings.historyWindows,
    lateTopic: topics.late,
    linkKey: readLinkKey(config.links),
    say,
    ready: () => [],
    live: () => null,
    metrics,
    note,
    now: Date.now,
    flush: news.flush,
  };
}

function followedTopics({ console: { readBack }, topics }: Config, { take }: WorldView) {
  const { windows, alerts, incidents, labels, models, deadLetter, late } = topics;
  return [
    { topic: models, readBack: Infinity, take: take.models },
    { topic: labels, readBack, take: take.labels },
    { topic: alerts, readBack, take: take.alerts },
    { topic: incidents, readBack, take: take.incidents },
    { topic: windows, readBack, take: take.windows },
    { topic: deadLetter, readBack, take: take.deadLetter },
    ...(late === null ? [] : [{ topic: late, readBack, take: take.late }]),
  ];
}

function topicSpecs({ windows, alerts, incidents, labels, models, deadLetter, late, partitions }: Config['topics']) {
  const names = [windows, alerts, incidents, labels, deadLetter, ...(late === null ? [] : [late])];
  const plain = names.map((name) => ({ name, partitions }));
  return [...plain, { name: models, partitions: 1, compacted: true }];
}

function livenessOf(following: Following | null): string | null {
  if (following === null) return null;
  const { fatal, stalledMs } = following.status();
  if (fatal !== null) return fatal.message;
  return stalledMs > stalledMaxMs ? `no record was handed over for ${stalledMs} ms although some are waiting` : null;
}
