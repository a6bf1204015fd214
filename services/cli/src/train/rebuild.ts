// `tocsin train --from`: a published bundle once more, from the topics that it says it was learned from.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFeatureSpec } from '@tocsin/features';
import type { ModelBundle } from '@tocsin/schemas';
import {
  createMetaUpdater,
  obstacles,
  openReplay,
  otherWindows,
  rebuildBundle,
  recordedChoice,
  RolloutError,
  type LogReplay,
  type Recorded,
} from '@tocsin/trainer';
import { openTransport, type TopicInfo, type Transport } from '@tocsin/transport';
import { requireLog } from '../embedded-places.ts';
import { classOf, withModels, type ModelsRoom } from '../models/models-room.ts';
import { scanTopic } from '../scan-topic.ts';
import { counted } from '../terminal/figures.ts';
import type { Screen } from '../terminal/screen.ts';
import type { World } from '../world.ts';
import { writeWhole } from './models-index.ts';

export type RebuildRequest = {
  config: string | undefined;
  deviceClass: string;
  /** The current one where left out. */
  version: number | undefined;
  outDirectory: string;
  workDirectory: string;
  /** Learn from what is left where it is not what it was. */
  isAnyway: boolean;
};

/** `file` is null where nothing was learned. */
export type RebuildOutcome = { version: number; likeness: 'whole' | 'model' | 'other'; file: string | null; problems: string[] };

/** Throws where the version is not there, was not learned from topics, or log and store cannot be reached. */
export async function rebuild(
  request: RebuildRequest,
  world: World,
  screen: Screen,
  signal: AbortSignal,
): Promise<RebuildOutcome> {
  return withModels(request.config, world, async (room) => {
    const { config } = room;
    requireLog(config.transport);
    const { original, previous } = await recordedIn(room, request);
    const deviceClass = classOf(config, request.deviceClass);
    const settings = { deviceClass, config: config.trainer };
    const problems = obstacles(original, previous, settings);
    const outcome: RebuildOutcome = { version: original.version, likeness: 'other', file: null, problems };
    mkdirSync(request.workDirectory, { recursive: true });
    const directory = mkdtempSync(join(request.workDirectory, 'rebuild-'));
    const transport = openTransport(config.transport, () => undefined);
    const replay = openReplay({
      ...config.trainer.store,
      directory: join(directory, 'episodes'),
      seed: original.learnedFrom.storeSeed,
      topics: config.topics,
      layouts: layoutsOf(room),
      minWindows: config.trainer.minWindows,
      note: (level, message) => void (level === 'error' && problems.push(message)),
    });
    const { backend, requireGpu } = config.trainer;
    const updater = createMetaUpdater({ backend, requireGpu });
    try {
      problems.push(...(await readAll(transport, original, replay, room, screen, world, signal)));
      if (signal.aborted) return outcome;
      const episodes = replay.load(deviceClass.name, recordedChoice(original, config.trainer));
      const other = otherWindows(original, episodes.learnedFrom);
      if (other !== null) problems.push(`what is left is not what it was learned from: ${other}`);
      if (other !== null && !request.isAnyway) return outcome;
      signal.addEventListener('abort', () => void updater.close(), { once: true });
      const { likeness, bytes } = await rebuildBundle(original, previous, episodes, settings, updater, ({ outerSteps }) =>
        screen.progress(0.5, `learning: outer step ${outerSteps}`),
      );
      const file = join(request.outDirectory, `${encodeURIComponent(deviceClass.name)}-${original.version}.tcsb`);
      writeWhole(file, bytes);
      return { ...outcome, likeness, file };
    } catch (error) {
      if (signal.aborted) return outcome;
      throw error;
    } finally {
      screen.done();
      await updater.close();
      await replay.close();
      await transport.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
}

async function recordedIn(
  { bundles, read }: ModelsRoom,
  { deviceClass, version }: RebuildRequest,
): Promise<{ original: Recorded; previous: ModelBundle | null }> {
  const { versions } = await read(deviceClass);
  const known = versions.find((one) => (version === undefined ? one.stage === 'current' : one.version === version));
  const there = versions.map((one) => one.version).join(', ') || 'none';
  const wanted = version === undefined ? 'current version' : `version ${version}`;
  if (known === undefined) throw new Error(`class ${deviceClass} has no ${wanted}; it has ${there}`);
  const { bundle } = await bundles.get(deviceClass, known);
  const { learnedFrom } = bundle;
  if (learnedFrom === undefined)
    throw new Error(`version ${bundle.version} of ${deviceClass} does not say what it was learned from: no trainer made it`);
  const { inUse = 0 } = learnedFrom;
  const before = versions.find((one) => one.version === inUse) ?? { version: inUse, checksum: null };
  const previous = inUse === 0 ? null : await bundles.get(deviceClass, before).then((stored) => stored.bundle, unlessAway);
  return { original: { ...bundle, learnedFrom }, previous };
}

function unlessAway(error: unknown): null {
  if (error instanceof RolloutError) return null;
  throw error;
}

function layoutsOf({ config }: ModelsRoom): Map<string, { specHash: string; d: number }> {
  return new Map(
    Object.values(config.classes).map((deviceClass) => {
      const { hash, elements } = createFeatureSpec(deviceClass);
      return [deviceClass.name, { specHash: hash, d: elements.length }];
    }),
  );
}

/** Hands over what was read then; says what the log does not have any more. */
async function readAll(
  transport: Transport,
  { learnedFrom }: Recorded,
  replay: LogReplay,
  { config }: ModelsRoom,
  screen: Screen,
  { now, sleep }: World,
  signal: AbortSignal,
): Promise<string[]> {
  const { windows, alerts, labels } = config.topics;
  const problems: string[] = [];
  for (const topic of [alerts, labels, windows]) {
    const positions = learnedFrom.positions.filter((one) => one.topic === topic);
    const info = await transport.admin().describe(topic);
    const { part, missing } = partOf(info, topic, positions);
    problems.push(...missing);
    if (part === null || signal.aborted) continue;
    await scanTopic(transport, part, {
      group: `${config.trainer.groupId}.rebuild`,
      onRecords: topic === windows ? replay.windows : replay.said,
      onProgress: (read, total) => screen.progress(read / total, `${topic}: ${counted(read, 'record')} of ${total}`),
      signal,
      now,
      sleep,
    });
  }
  const others = [...new Set(learnedFrom.positions.map(({ topic }) => topic))].filter(
    (topic) => ![windows, alerts, labels].includes(topic),
  );
  return [...problems, ...others.map((topic) => `topic ${topic} is not one of this configuration`)];
}

/** The topic up to where it had been read, and what of that is not there. */
function partOf(
  info: TopicInfo | null,
  topic: string,
  positions: readonly { partition: number; offset: number }[],
): { part: TopicInfo | null; missing: string[] } {
  if (info === null) return { part: null, missing: positions.length === 0 ? [] : [`topic ${topic} is not there any more`] };
  const missing: string[] = [];
  const partitions = positions.flatMap(({ partition, offset }) => {
    const found = info.partitions.find((one) => one.partition === partition);
    const place = `topic ${topic}, partition ${partition}`;
    if (found === undefined || found.endOffset < offset) {
      missing.push(`${place}: had been read up to ${offset}, ends at ${found?.endOffset ?? 0}: it was made anew`);
      return [];
    }
    if (found.startOffset > 0)
      missing.push(`${place}: begins at ${found.startOffset}: what was before is gone (retention), if anything was`);
    return [{ ...found, endOffset: offset }];
  });
  return { part: { ...info, partitions }, missing };
}
