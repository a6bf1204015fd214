// Where a storm takes place: topics of its own, a published bundle, a configuration, scorers, and what can be done to all of it. It
// knows nothing of when what is done; that is in scenarios.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentBundleKey, encodeModelAnnouncement } from '@tocsin/schemas';
import { between, type Random } from '@tocsin/signals';
import { openState } from '@tocsin/state';
import { createKafkaTransport, type Transport } from '@tocsin/transport';
import type { KafkaServer } from '../servers/kafka.mjs';
import { ask as askRedis } from '../servers/redis-ask.mjs';
import type { RedisServer } from '../servers/redis.mjs';
import { frontierOf } from '../simulation/simulated-partition.ts';
import { fittedBundle, guardedSettings, tinySettings } from '../simulation/tiny-class.ts';

type Bundle = readonly (readonly [key: string, value: Uint8Array])[];
import { createStormScorers, type StormScorers } from './storm-scorers.ts';
import { createStormTrace, type StormTrace } from './storm-trace.ts';

/** `kafka` is null where the broker is somebody else's and must not be touched. */
export type StormServers = { brokers: string; kafka: KafkaServer | null; redis: RedisServer };

export type StormSetting = {
  sessionMs: number;
  partitions: number;
  isGuarded: boolean;
  commitEveryMs: number;
  giveUpMs: number;
  /** Bound of how often a scenario repeats itself. */
  roundsMax: number;
};

export type StormRoom = StormTrace &
  Omit<StormScorers, 'close'> & {
    servers: StormServers;
    setting: StormSetting;
    random: Random;
    transport: Transport;
    topics: { telemetry: string; windows: string; alerts: string; deadLetter: string };
    bundle: Bundle;
    /** See `judge` of the simulation. */
    anchors: readonly number[];
    /** Forgets everything in Redis but the bundle, at once. */
    wipe(): Promise<void>;
    /** Everything runs again, and at least one scorer. */
    heal(): Promise<void>;
    close(): Promise<void>;
  };

/** Opens the room in `folder`, where the configuration, the trace and the logs of the scorers are kept. */
export async function openStormRoom(
  name: string,
  folder: string,
  servers: StormServers,
  setting: StormSetting,
  random: Random,
): Promise<StormRoom> {
  mkdirSync(folder, { recursive: true });
  const { brokers, redis } = servers;
  const { partitions } = setting;
  const transport = createKafkaTransport({ brokers: brokers.split(',') });
  const topics = {
    telemetry: `${name}.telemetry`,
    windows: `${name}.windows`,
    alerts: `${name}.alerts`,
    deadLetter: `${name}.dead-letter`,
  };
  const place = { groupId: `${name}-scorer`, keyPrefix: `${name}:` };
  const configFile = join(folder, 'tocsin.json');
  writeFileSync(configFile, JSON.stringify(configOf(name, servers, setting, topics, place), null, 2));
  await transport.admin().ensureTopics(Object.values(topics).map((topic) => ({ name: topic, partitions })));
  const bundle = await publishBundle(redis.url, place.keyPrefix);
  const bundleKeys = bundle.map(([key]) => place.keyPrefix + key);

  const trace = createStormTrace(join(folder, 'trace.txt'));
  const scorers = createStormScorers(configFile, { brokers, redisUrl: redis.url }, trace);
  const anchors: number[] = Array.from({ length: partitions }, () => Infinity);

  return {
    ...trace,
    ...scorers,
    servers,
    setting,
    random,
    transport,
    topics,
    bundle,
    anchors,
    async wipe() {
      const committed = await untilTold(() => transport.admin().committed(place.groupId, topics.telemetry));
      for (const { partition, commit } of committed)
        anchors[partition] = Math.min(anchors[partition], commit === null ? 0 : Math.max(commit.offset, frontierOf(commit)));
      trace.did('FLUSHALL');
      await wipeAllBut(redis.url, bundleKeys);
    },
    async heal() {
      for (const scorer of scorers.living()) {
        if (scorer.isFrozen) scorers.thaw(scorer);
        scorer.proxy?.release();
      }
      trace.say('healed');
      if (scorers.living().length === 0) await scorers.start();
    },
    async close() {
      await scorers.close(folder);
      await transport.close();
    },
  };
}

/** Some time between two bounds. */
export function someTime({ random }: StormRoom, lowMs: number, highMs: number): Promise<void> {
  return sleep(between(random, lowMs, highMs));
}

/** The broker may have come back a moment ago. */
async function untilTold<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200);
    }
  }
}

function configOf(
  name: string,
  { brokers, redis }: StormServers,
  { isGuarded, sessionMs, commitEveryMs, giveUpMs, partitions }: StormSetting,
  topics: StormRoom['topics'],
  { groupId, keyPrefix }: { groupId: string; keyPrefix: string },
) {
  const others = { labels: `${name}.labels`, models: `${name}.models`, partitions };
  return {
    transport: { brokers: brokers.split(','), sessionTimeoutMs: sessionMs },
    state: { url: redis.url, keyPrefix },
    topics: { ...topics, telemetry: [topics.telemetry], ...others },
    classes: { tiny: isGuarded ? guardedSettings : tinySettings },
    scorer: { groupId, commitEveryMs, giveUpMs },
  };
}

async function publishBundle(url: string, keyPrefix: string): Promise<Bundle> {
  const { announcement, bytes } = fittedBundle();
  const bundle: Bundle = [
    [announcement.location, bytes],
    [currentBundleKey(announcement.deviceClass), encodeModelAnnouncement(announcement)],
  ];
  const place = { url, cluster: false, connectTimeoutMs: 5000, keyPrefix, directory: '' };
  const store = openState({ kind: 'redis', ttlMs: 3_600_000, ...place });
  for (const [key, value] of bundle) await store.put(key, value);
  await store.close();
  return bundle;
}

async function wipeAllBut(url: string, keys: readonly string[]): Promise<void> {
  const script =
    "local kept = {} for i, key in ipairs(KEYS) do kept[i] = redis.call('GET', key) end redis.call('FLUSHALL') " +
    "for i, key in ipairs(KEYS) do if kept[i] then redis.call('SET', key, kept[i]) end end return #KEYS";
  await askRedis(Number(new URL(url).port), `EVAL "${script}" ${keys.length} ${keys.join(' ')}`);
}
