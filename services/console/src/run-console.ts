// The console as a process: reads the topics into memory, serves the API and the page, and closes in order.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@tocsin/config';
import { createMetrics, createStartWatch } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import { createParts, type ConsoleWorld, type Parts } from './create-parts.ts';
import { exportFigures } from './export-figures.ts';
import { createApp } from './http/create-app.ts';
import { followTopics, type Following } from './reading/follow-topics.ts';
import { livenessOf, reasonsNotReady, standingText } from './reading/standing.ts';
import type { WorldView } from './view/world-view.ts';

export type RunningConsole = {
  /** Where the page is. */
  url: string;
  world: WorldView;
  /** Set when its reader has ended by itself. */
  fatal(): Error | null;
  stop(): Promise<void>;
};

const flushEveryMs = 500;
const effectEveryMs = 300;
const beatEveryMs = 10_000;
const lookAgainTicks = 10;

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
  parts.ready = () => reasonsNotReady(following, starting.reasons());
  parts.live = () => livenessOf(following);
  parts.isNews = () => following?.hasReadPast() === true;
  parts.standing = () => standingText(following, starting.reasons());
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
    setInterval(beatAtChanges(parts), flushEveryMs),
  ];
  const close = async () => {
    for (const timer of timers) clearInterval(timer);
    await following?.stop();
    await app.close();
  };
  try {
    await starting.reach(`the log (${transport.kind})`, () => transport.admin().ensureTopics(topicSpecs(topics)));
    await starting.reach(`the state store (${state.kind})`, () => state.getMany(['startup']));
    following = await followTopics(
      transport,
      `${settings.groupId}.${randomUUID()}`,
      followedTopics(config, parts.world),
      note,
      Date.now,
    );
  } catch (error) {
    await close();
    throw error;
  }
  warnOfStrangers(settings, note);
  note('info', 'console reads', { url });
  return { url, world: parts.world, fatal: () => following?.status().fatal ?? null, stop: close };
}

const tokenCharacters = 16;

function warnOfStrangers({ token, host }: Config['console'], note: LogMessage): void {
  const isOwn = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (token === null && !isOwn)
    note('warn', 'the console asks nobody who they are; set console.token, or console.host to 127.0.0.1', { host });
  if (token !== null && token.length < tokenCharacters)
    note('warn', `console.token is short enough to be guessed; take ${tokenCharacters} characters or more, by chance`, { host });
}

/** What people should know of this console is said as soon as it is something else; where it is nothing any more, all is there to be seen. */
function beatAtChanges({ stream, standing, isNews }: Parts): () => void {
  let said: string | null | undefined;
  let ticks = 0;
  return () => {
    const now = standing();
    ticks += 1;
    // Nothing is news while the past is read: whoever looks meanwhile looks again now and then.
    if (now === said && !isNews() && ticks % lookAgainTicks === 0) stream.publish('reset', { standing: now });
    if (now === said) return;
    said = now;
    if (now === null) stream.publish('reset', { standing: now });
    else stream.beat();
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
