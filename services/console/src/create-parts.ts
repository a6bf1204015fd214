// The parts of a console, put together. Starts nothing and reads nothing.
import { randomUUID } from 'node:crypto';
import { readLinkKey, type Config } from '@tocsin/config';
import type { Metrics } from '@tocsin/observability';
import { encodeLabel, type Label, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { Transport } from '@tocsin/transport';
import type { ConsoleParts } from './console-parts.ts';
import { createEventStream } from './http/event-stream.ts';
import type { LetterDesk } from './letter-desk.ts';
import type { ModelDesk } from './model-desk.ts';
import { createDeviceDesk } from './reading/device-desk.ts';
import { createLabelEffects } from './reading/label-effects.ts';
import { createEarlierModels } from './reading/read-earlier-models.ts';
import { createWaveformDesk } from './reading/waveform-desk.ts';
import { createTellNews } from './tell-news.ts';
import { createAlertQueries } from './view/alert-queries.ts';
import { createWorldView, type News, type WorldView } from './view/world-view.ts';

export type ConsoleWorld = {
  transport: Transport;
  state: StateStore;
  letters: LetterDesk | null;
  models: ModelDesk | null;
  note: LogMessage;
};

/** Labels in one request to the log: a group may have thousands of alerts. */
const labelsAtOnce = 500;
const featureBytes = 64 * 2 ** 20;
const streamBounds = { remembered: 2000, bufferBytesMax: 2 ** 20 };

export type Parts = ConsoleParts & {
  flush(): void;
  /** Is what is read now more than what happened before this console began? */
  isNews(): boolean;
};

/** `ready`, `live`, `standing` and `isNews` are for whoever reads the topics to fill in. */
export function createParts(config: Config, { transport, state, letters, models, note }: ConsoleWorld, metrics: Metrics): Parts {
  const { console: settings, topics } = config;
  const classes = Object.values(config.classes);
  const stream = createEventStream({
    ...streamBounds,
    clientsMax: settings.clientsMax,
    boot: randomUUID().slice(0, 8),
    now: Date.now,
    standing: () => parts.standing(),
  });
  const { labels, labelSeconds } = metrics.console();
  const effects = createLabelEffects(state, Date.now, ({ labelId, deviceId, atMs }) => {
    labelSeconds.observe(Math.max(0, Date.now() - atMs) / 1000);
    changes += 1;
    news.effect(labelId, deviceId);
  });
  const news = createTellNews(
    () => stream,
    () => world.fleet,
    () => parts.isNews(),
  );
  const devices = createDeviceDesk(state);
  const lookForEarlier = createEarlierModels(devices, () => world.models, note);
  let changes = 0;
  const heard: News = {
    ...news,
    alert: (alert) => ((changes += 1), news.alert(alert)),
    incident: (incident) => ((changes += 1), news.incident(incident)),
    label: (label) => ((changes += 1), effects.watch(label), news.label(label)),
    model: (announcement) => (news.model(announcement), void lookForEarlier(announcement.deviceClass)),
  };
  const bounds = {
    devicesMax: settings.devicesMax,
    historyWindows: settings.historyWindows,
    historyBytes: settings.historyMb * 2 ** 20,
    featureBytes,
  };
  const world = createWorldView(classes, bounds, heard);
  const alertParts = { ...world, peerSpanMs: config.notifier.grouping.spanMs, effectOf: effects.effectOf };
  const parts: Parts = {
    version: '0.1.0',
    world,
    alertParts,
    queryAlerts: createAlertQueries(alertParts, () => changes, Date.now),
    stream,
    devices,
    waveforms: createWaveformDesk(state),
    effects,
    letters,
    models,
    classes,
    historyWindows: settings.historyWindows,
    lateTopic: topics.late,
    linkKey: readLinkKey(config.links),
    say: createSay(transport, topics.labels, world, labels),
    ready: () => [],
    live: () => null,
    standing: () => null,
    metrics,
    note,
    now: Date.now,
    flush: news.flush,
    isNews: () => false,
  };
  return parts;
}

function createSay(
  transport: Transport,
  topic: string,
  world: WorldView,
  counted: ReturnType<Metrics['console']>['labels'],
): ConsoleParts['say'] {
  const writer = transport.writer();
  return async (said: readonly Label[]) => {
    for (let at = 0; at < said.length; at += labelsAtOnce) {
      const records = said.slice(at, at + labelsAtOnce).map((label) => ({ label, value: encodeLabel(label) }));
      await writer.send(records.map(({ label, value }) => ({ topic, key: label.deviceId, value })));
      for (const { label, value } of records) {
        counted.inc({ verdict: label.verdict });
        world.take.labels(value, label.atMs);
      }
    }
  };
}
